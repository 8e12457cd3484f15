import { createHash, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import { decodeBase64 } from './base64.ts';
import type { BundleShape } from './bundle-shape.ts';
import { verifyDigest } from './ecdsa-digest.ts';
import { refuse } from './verdict.ts';

/** What a bundle is asked about: the bytes, or only their SHA-256, or nothing beside what an envelope carries. */
export type Artifact = { readonly bytes: Buffer } | { readonly sha256: Buffer };

/** What the verifier asks of signed content (the `SignatureContent` of @sigstore/verify, which does not export it). */
export interface SignedContent {
  readonly signature: Buffer;
  readonly compareSignature: (signature: Buffer) => boolean;
  readonly compareDigest: (digest: Buffer) => boolean;
  readonly verifySignature: (key: KeyObject) => boolean;
}

const sha2: Readonly<Record<'SHA2_256' | 'SHA2_384' | 'SHA2_512', string>> = { SHA2_256: 'sha256', SHA2_384: 'sha384', SHA2_512: 'sha512' };

/**
 * The signed content of a bundle. A plain signature is bound to the artifact's own digest; an envelope to its payload,
 * or, where Rekor v2 logged it as a hashedrekord, to its pre-authentication encoding, which the verifier does not know.
 */
export function signedContent(bundle: BundleShape, artifact: Artifact | undefined): SignedContent {
  if (bundle.messageSignature !== undefined) return signedMessage(bundle.messageSignature, artifact);
  if (bundle.dsseEnvelope === undefined) return refuse('format', 'bundle-content', 'the bundle holds nothing signed');
  const { payload, payloadType, signatures } = bundle.dsseEnvelope;
  const encoded = preAuthEncoding(payloadType, Buffer.from(payload, 'base64'));
  const signature = signatureBytes(signatures[0]?.sig ?? '');
  const logged = isLoggedAsHash(bundle) ? encoded : Buffer.from(payload, 'base64');
  return {
    signature,
    compareSignature: (other) => areEqual(signature, other),
    compareDigest: (digest) => areEqual(hash('sha256', logged), digest),
    verifySignature: (key) => isSigned('sha256', encoded, key, signature),
  };
}

/** DSSE v1, "PAE": what an envelope's signature is really over. */
export function preAuthEncoding(payloadType: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `), payload]);
}

function signedMessage(message: NonNullable<BundleShape['messageSignature']>, artifact: Artifact | undefined): SignedContent {
  if (artifact === undefined) refuse('binding', 'artifact-missing', 'a message signature proves nothing without the artifact');
  const signature = signatureBytes(message.signature);
  const algorithm = sha2[message.messageDigest.algorithm];
  const claimed = Buffer.from(message.messageDigest.digest, 'base64');
  const actual = 'bytes' in artifact ? hash(algorithm, artifact.bytes) : artifact.sha256;
  if (!areEqual(claimed, actual)) refuse('crypto', 'message-digest', 'the bundle is for another artifact');
  return {
    signature,
    compareSignature: (other) => areEqual(signature, other),
    compareDigest: (digest) => areEqual(claimed, digest),
    verifySignature: (key) =>
      'bytes' in artifact
        ? isSigned(algorithm, artifact.bytes, key, signature)
        : algorithm === 'sha256' && verifyDigest(artifact.sha256, key, signature),
  };
}

function signatureBytes(base64: string): Buffer {
  return decodeBase64(base64) ?? refuse('crypto', 'signature', 'the signature is not canonical base64');
}

function isLoggedAsHash({ verificationMaterial }: BundleShape): boolean {
  const kinds = new Set(verificationMaterial.tlogEntries.map(({ kindVersion }) => kindVersion.kind));
  if (!kinds.has('hashedrekord')) return false;
  if (kinds.size > 1) refuse('crypto', 'log-entry-kind', 'the bundle mixes kinds of log entries');
  return true;
}

function isSigned(algorithm: string, data: Buffer, key: KeyObject, signature: Buffer): boolean {
  // Ed25519 has its own hash inside.
  return verify(key.asymmetricKeyType === 'ed25519' ? null : algorithm, data, key, signature);
}

function hash(algorithm: string, bytes: Buffer): Buffer {
  return createHash(algorithm).update(bytes).digest();
}

function areEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
