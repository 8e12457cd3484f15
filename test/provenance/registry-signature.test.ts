import { describe, expect, it } from 'vitest';
import { parseIntegrity } from '../../src/model/integrity.ts';
import { milliseconds } from '../../src/model/units.ts';
import { readRegistryKeys } from '../../src/provenance/registry-keys.ts';
import {
  judgeSigningTime,
  proveRegistrySignatures,
  type RegistrySignature,
  type SignedAt,
  verifyRegistrySignature,
} from '../../src/provenance/registry-signature.ts';
import type { Verdict } from '../../src/provenance/verdict.ts';
import { createSigner, type RegistrySigner } from '../loopback-registry/signing.ts';
import { integrityOf, sha512 } from '../support/inventory.ts';

const end = '2026-06-01T00:00:00.000Z';
const current = createSigner();
const retired = createSigner({ expires: end });
const stranger = createSigner();
const keys = readRegistryKeys(JSON.stringify({ keys: [current.publicKey, retired.publicKey] }));
const before: SignedAt = { time: milliseconds(Date.parse(end) - 1), source: 'transparency-log' };
const after: SignedAt = { time: milliseconds(Date.parse(end) + 1), source: 'transparency-log' };

function signedBy(signer: RegistrySigner, over: { readonly name?: string; readonly integrity?: string } = {}): RegistrySignature {
  return { keyid: signer.keyid, sig: signer.sign(over.name ?? 'left-pad', '1.3.0', over.integrity ?? sha512(1)) };
}

/** Verifies at once, and in two steps beside the program's own thread: both have to say the same. */
async function verify(
  signatures: readonly RegistrySignature[],
  signedAt?: SignedAt,
  integrity = integrityOf(1),
): Promise<Verdict<unknown>> {
  const signed = { name: 'left-pad', version: '1.3.0', integrity, signatures, keys };
  const atOnce = verifyRegistrySignature({ ...signed, ...(signedAt === undefined ? {} : { signedAt }) });
  const proven = await proveRegistrySignatures(signed);
  expect(proven.verdict === 'accepted' ? judgeSigningTime(signed, proven.value, signedAt) : proven).toEqual(atOnce);
  return atOnce;
}

function reasonOf(result: Verdict<unknown>): string {
  return result.verdict === 'accepted' ? 'accepted' : result.refusal.reason;
}

describe('a registry signature', () => {
  it('proves nothing where the lockfile names two digests: either could be installed', async () => {
    expect(reasonOf(await verify([signedBy(current)], undefined, [...integrityOf(1), ...integrityOf(2)]))).toBe('lockfile-integrity');
    expect(reasonOf(await verify([signedBy(current)], undefined, [...integrityOf(2), ...integrityOf(1)]))).toBe('lockfile-integrity');
  });

  it('holds over name, version and the digest of the lockfile', async () => {
    expect(await verify([signedBy(current)])).toMatchObject({ verdict: 'accepted', value: { keyid: current.keyid, timeSource: 'none' } });
  });

  it('is refused over any other name or digest', async () => {
    expect(reasonOf(await verify([signedBy(current, { name: 'left-pad2' })]))).toBe('invalid');
    expect(reasonOf(await verify([signedBy(current)], undefined, integrityOf(2)))).toBe('invalid');
  });

  it('is refused when there is none, or none by a known key', async () => {
    expect(reasonOf(await verify([]))).toBe('missing');
    expect(reasonOf(await verify([signedBy(stranger)]))).toBe('unknown-key');
  });

  it('may stand beside one by an unknown key, and not beside a wrong one by a known key', async () => {
    expect(reasonOf(await verify([signedBy(stranger), signedBy(current)]))).toBe('accepted');
    expect(reasonOf(await verify([signedBy(current), signedBy(retired, { integrity: sha512(9) })]))).toBe('invalid');
  });

  it('by a retired key holds for what was signed before its end, and only where the time is known', async () => {
    expect(reasonOf(await verify([signedBy(retired)], before))).toBe('accepted');
    expect(reasonOf(await verify([signedBy(retired)], after))).toBe('expired-key');
    expect(reasonOf(await verify([signedBy(retired)]))).toBe('expired-key');
  });

  it('is refused in base64 that two readers could read differently', async () => {
    const { keyid, sig } = signedBy(current);
    expect(reasonOf(await verify([{ keyid, sig: `${sig}\n` }]))).toBe('invalid');
  });

  it('cannot be over a lockfile without SHA-512', async () => {
    const sha1 = parseIntegrity(`sha1-${Buffer.alloc(20, 1).toString('base64')}`);
    if (sha1 === undefined) throw new Error('no integrity');
    expect(reasonOf(await verify([signedBy(current)], undefined, sha1))).toBe('lockfile-integrity');
  });
});

describe('registry keys', () => {
  it('are read in both published shapes', () => {
    const { keyid, key } = current.publicKey;
    const publicKey = { rawBytes: key, keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor: { start: '2025-01-13T00:00:00.000Z' } };
    const target = readRegistryKeys(JSON.stringify({ keys: [{ keyId: keyid, keyUsage: 'npm:signatures', publicKey }] }));
    expect(target).toMatchObject([{ keyid, usage: 'signatures', validity: { start: Date.parse('2025-01-13T00:00:00.000Z') } }]);
    expect(keys.map(({ usage }) => usage)).toEqual(['signatures', 'attestations', 'signatures', 'attestations']);
  });

  it('are refused with an unreadable end, which must not come to mean never', () => {
    expect(() => readRegistryKeys(JSON.stringify({ keys: [{ ...current.publicKey, expires: 'soon' }] }))).toThrow(
      /neither of the two shapes/,
    );
  });

  it('are refused when two share an id', () => {
    expect(() => readRegistryKeys(JSON.stringify({ keys: [current.publicKey, { ...retired.publicKey, keyid: current.keyid }] }))).toThrow(
      /share an id/,
    );
  });
});
