import { verify } from 'node:crypto';
import { formatHash, type Integrity } from '../model/integrity.ts';
import type { Milliseconds } from '../model/units.ts';
import { decodeBase64 } from './base64.ts';
import { lockedSha512 } from './locked-digest.ts';
import { findKey, type RegistryKey } from './registry-keys.ts';
import { isWithin } from './trust-root.ts';
import { judge, refuse, type Verdict } from './verdict.ts';

/** `dist.signatures[]` of a packument. */
export interface RegistrySignature {
  readonly keyid: string;
  readonly sig: string;
}

export interface RegistrySignatureInput {
  readonly name: string;
  readonly version: string;
  /** The lockfile's integrity: what will be installed, not what the registry says about it. */
  readonly integrity: Integrity;
  readonly signatures: readonly RegistrySignature[];
  readonly keys: readonly RegistryKey[];
  /** When it was signed: a log's signed time where there is one, else the packument's unsigned publish time. */
  readonly signedAt?: SignedAt;
}

export interface SignedAt {
  readonly time: Milliseconds;
  readonly source: 'transparency-log' | 'packument';
}

export interface VerifiedRegistrySignature {
  readonly keyid: string;
  /** What the key's validity was judged by; `none` when no time is known and the key has no end. */
  readonly timeSource: SignedAt['source'] | 'none';
}

const maxSignatures = 16;

/**
 * Verifies the registry's ECDSA signature over `name@version:integrity` with the lockfile's integrity.
 * One signature by a known key suffices (key rotation, mirrors that add their own); a known key whose signature
 * is wrong refuses at once. Source: npm, "ECDSA registry signatures".
 */
export function verifyRegistrySignature(input: RegistrySignatureInput): Verdict<VerifiedRegistrySignature> {
  return judge(() => {
    const { name, version, signatures, keys } = input;
    const label = `${name}@${version}`;
    if (signatures.length === 0) refuse('registry-signature', 'missing', `${label} carries no registry signature`);
    if (signatures.length > maxSignatures)
      refuse('registry-signature', 'too-many', `${label} carries more than ${maxSignatures} signatures`);
    const message = Buffer.from(`${label}:${formatHash(lockedSha512(input.integrity, label))}`);
    const known = signatures.flatMap((signature) => {
      const key = findKey(keys, 'signatures', signature.keyid);
      return key === undefined ? [] : [{ key, sig: signature.sig }];
    });
    const [first] = known;
    if (first === undefined) {
      refuse('registry-signature', 'unknown-key', `${label} is signed by a key that is not known: ${signatures[0]?.keyid ?? ''}`, {
        isUnknownSigner: true,
      });
    }
    for (const { key, sig } of known) {
      const bytes = decodeBase64(sig);
      if (bytes === undefined || !verify('sha256', message, key.key, bytes)) {
        refuse('registry-signature', 'invalid', `the registry's signature on ${label} is not over the lockfile's integrity`);
      }
    }
    const usable = known.find(({ key }) => isInForce(key, input.signedAt?.time));
    if (usable === undefined) {
      refuse('registry-signature', 'expired-key', `${label} was signed outside of the validity of ${first.key.keyid}`);
    }
    return { keyid: usable.key.keyid, timeSource: input.signedAt?.source ?? 'none' };
  });
}

/** An unknown time proves nothing about a key that has an end. */
function isInForce({ validity }: RegistryKey, at: Milliseconds | undefined): boolean {
  return at === undefined ? validity.end === undefined : isWithin(at, validity);
}
