import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { GateError } from '../model/gate-error.ts';
import type { VerifiedBundle } from './bundle.ts';
import { readBundleShape } from './bundle-shape.ts';
import { preAuthEncoding, signedContent } from './signed-content.ts';
import { judge, refuse, type Verdict } from './verdict.ts';

/** What a key has signed without any log: by whom, and never when. */
export type KeySignedEnvelope = NonNullable<VerifiedBundle['envelope']>;

export const statementType = 'application/vnd.in-toto+json';

/**
 * Signs an in-toto statement with a key of one's own: a DSSE envelope in a Sigstore bundle v0.3 that names the key by its hash.
 * No log has seen it, so it proves who and not when.
 * @param key private, ECDSA P-256 or Ed25519
 * @throws GateError `input-invalid` for any other kind of key
 */
export function signWithKey(statement: string, key: KeyObject): unknown {
  if (key.type !== 'private' || !isUsable(key)) {
    throw new GateError('input-invalid', 'the key is not a private ECDSA P-256 or Ed25519 key', {
      hint: 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem makes one',
    });
  }
  const payload = Buffer.from(statement);
  const signature = sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', preAuthEncoding(statementType, payload), key);
  const hint = keyHint(createPublicKey(key));
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint }, tlogEntries: [] },
    dsseEnvelope: {
      payload: payload.toString('base64'),
      payloadType: statementType,
      signatures: [{ sig: signature.toString('base64'), keyid: hint }],
    },
  };
}

/** Whether a bundle is signed by a key alone. Anything that names a certificate or a log must be proven in full. */
export function isSignedByKeyAlone(bundle: unknown, maxPayloadBytes: number): boolean {
  const shape = judge(() => readBundleShape(bundle, maxPayloadBytes));
  if (shape.verdict === 'refused') return false;
  const { publicKey, tlogEntries } = shape.value.verificationMaterial;
  return publicKey !== undefined && tlogEntries.length === 0;
}

/** Proves that exactly this key signed the envelope of a bundle that no log has seen. */
export function verifyKeySignature(bundle: unknown, key: KeyObject, maxPayloadBytes: number): Verdict<KeySignedEnvelope> {
  return judge(() => {
    const shape = readBundleShape(bundle, maxPayloadBytes);
    const { dsseEnvelope, verificationMaterial } = shape;
    if (dsseEnvelope === undefined) return refuse('format', 'bundle-content', 'the bundle does not hold an envelope');
    const hint = verificationMaterial.publicKey?.hint;
    if (!isUsable(key)) return refuse('policy', 'identity', 'only ECDSA P-256 and Ed25519 keys are understood');
    if (hint !== keyHint(key)) return refuse('policy', 'identity', 'the bundle names another key');
    if (!signedContent(shape, undefined).verifySignature(key)) return refuse('crypto', 'signature', 'the key did not sign this');
    const { payload, payloadType, signatures } = dsseEnvelope;
    return { payloadType, payload: Buffer.from(payload, 'base64'), keyid: signatures[0]?.keyid ?? '' };
  });
}

function isUsable(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ed25519' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
}

/** `SHA256:` and the hash of the public key, as registries name theirs. */
function keyHint(publicKey: KeyObject): string {
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return `SHA256:${createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')}`;
}
