import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyDigest } from '../../src/provenance/ecdsa-digest.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

describe('an ECDSA signature over a ready digest', () => {
  it('holds exactly where Node says that the signature over the message holds', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (message, other) => {
        const signature = sign('sha256', Buffer.from(message), privateKey);
        expect(verifyDigest(sha256(message), publicKey, signature)).toBe(true);
        expect(verifyDigest(sha256(other), publicKey, signature)).toBe(message === other);
      }),
      { numRuns: 30 },
    );
  });

  it('does not hold for any changed byte', () => {
    const signature = sign('sha256', Buffer.from('a'), privateKey);
    for (let index = 0; index < signature.length; index += 1) {
      const changed = Buffer.from(signature);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(verifyDigest(sha256('a'), publicKey, changed)).toBe(false);
    }
  });

  it('does not hold for zeros, for another key, or for another kind of key', () => {
    const signature = sign('sha256', Buffer.from('a'), privateKey);
    expect(verifyDigest(sha256('a'), publicKey, Buffer.from('3006020100020100', 'hex'))).toBe(false);
    expect(verifyDigest(sha256('a'), generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey, signature)).toBe(false);
    expect(verifyDigest(sha256('a'), generateKeyPairSync('ed25519').publicKey, signature)).toBe(false);
    expect(verifyDigest(Buffer.alloc(20), publicKey, signature)).toBe(false);
  });
});
