/** The parts of a Sigstore trusted root, made from keys and certificates of a test. */
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';

export type Json = { readonly [key: string]: unknown };

/**
 * The one instant at which a test's Sigstore signs. Whole seconds: DER drops the trailing zeros of a fraction, and Sigstore's own
 * parser wants all three digits or none. Half a minute ahead: the mock's authorities are valid from the real now, whatever clock they
 * are given, and a slow start must not sign before it; verifiers allow clocks that differ by minutes.
 */
export function signingClock(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000 + 30_000);
}

export function trustedLog(baseUrl: string, key: KeyObject, keyDetails: string, start: string): Json {
  const rawBytes = spki(key);
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: rawBytes.toString('base64'), keyDetails, validFor: { start } },
    logId: { keyId: sha256(rawBytes).toString('base64') },
  };
}

export function authority(uri: string, certificates: readonly ArrayBufferView[], start: string): Json {
  return {
    subject: { organization: 'example', commonName: 'example' },
    uri,
    certChain: { certificates: certificates.map((certificate) => ({ rawBytes: bytesOf(certificate).toString('base64') })) },
    validFor: { start },
  };
}

export function ecKeys(namedCurve: 'P-256' | 'P-384'): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve });
}

export function spki(key: KeyObject): Buffer<ArrayBuffer> {
  return Buffer.from(key.export({ format: 'der', type: 'spki' }));
}

export function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

export function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
