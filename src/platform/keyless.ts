import { GateError } from '../model/gate-error.ts';

/** Where and as whom to sign. What is left out is the public Sigstore. */
export interface KeylessRequest {
  readonly payload: Buffer;
  readonly payloadType: string;
  /** An OIDC token for the audience `sigstore`; absent: the one that GitHub Actions gives the running job. */
  readonly identityToken?: string;
  readonly fulcioUrl?: string;
  readonly rekorUrl?: string;
  readonly timestampUrl?: string;
}

/** Milliseconds for one request, without a second attempt: signing is not repeated behind anybody's back. */
const timeout = 20_000;

/**
 * Signs a DSSE envelope with a certificate for the identity of a token, and has it logged. The identity and the hash of the
 * payload become public for good. Answers a Sigstore bundle; throws `GateError` `input-invalid` where a service refuses.
 */
export async function attestKeyless(request: KeylessRequest): Promise<unknown> {
  const { payload, payloadType, identityToken, fulcioUrl, rekorUrl, timestampUrl } = request;
  const { attest } = await import('sigstore');
  try {
    return await attest(payload, payloadType, {
      retry: 0,
      timeout,
      ...(identityToken === undefined ? {} : { identityToken }),
      ...(fulcioUrl === undefined ? {} : { fulcioURL: fulcioUrl }),
      ...(rekorUrl === undefined ? {} : { rekorURL: rekorUrl }),
      ...(timestampUrl === undefined ? {} : { tsaServerURL: timestampUrl }),
    });
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw new GateError('input-invalid', `it was not signed: ${what}`, {
      cause,
      hint: 'are the services reachable, and is the token fresh?',
    });
  }
}
