import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { PolicyRegistry } from '../../src/model/policy.ts';
import { milliseconds } from '../../src/model/units.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { createSigner } from '../loopback-registry/signing.ts';

const url = 'https://packages.acme.example/npm/';
const { keyid, key } = createSigner().publicKey;

/** Flow style: what YAML and JSON have in common. */
function read(...registries: readonly object[]): readonly PolicyRegistry[] {
  const text = `version: 1\nregistries: ${JSON.stringify(registries)}\n`;
  return loadPolicy(text, 'lockgate.yaml', { checks: [], engineRules: [], now: milliseconds(0) }).registries;
}

describe('a registry in a policy', () => {
  it('names its keys: as base64 or PEM, with an id of their own or by their hash, to the end of a day', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
    const [registry] = read({
      url,
      keys: [
        { keyid, key },
        { key: pem, expires: '2027-12-31' },
      ],
    });
    expect(registry?.keys).toEqual([
      { keyid, key },
      {
        keyid: expect.stringMatching(/^SHA256:[A-Za-z0-9+/]{43}$/),
        key: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
        expires: Date.parse('2028-01-01T00:00:00Z'),
      },
    ]);
  });

  it('signs where its keys are named, unless the policy says otherwise', () => {
    expect(read({ url, keys: [{ key }] })).toMatchObject([{ offers: { signatures: 'offered' } }]);
    expect(read({ url, keys: [{ key }], signatures: 'if-offered' })).toMatchObject([{ offers: { signatures: 'if-offered' } }]);
    expect(read({ url })).toMatchObject([{ offers: {} }]);
  });

  it('must sign where the policy requires it', () => {
    expect(read({ url, signatures: 'required' })).toMatchObject([{ offers: { signatures: 'offered' }, requiresSignatures: true }]);
    expect(read({ url, signatures: 'if-offered' })[0]).not.toHaveProperty('requiresSignatures');
  });

  it.each([
    [
      'a private key',
      { keys: [{ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' }) }] },
    ],
    [
      'a key of another curve',
      { keys: [{ key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'pem', type: 'spki' }) }] },
    ],
    ['a key that is none', { keys: [{ key: 'A'.repeat(120) }] }],
    ['an id of another form', { keys: [{ keyid: 'sha256:abc', key }] }],
    [
      'two keys with one id',
      {
        keys: [
          { keyid, key },
          { keyid, key: createSigner().publicKey.key },
        ],
      },
    ],
    ['an empty list of keys', { keys: [] }],
    ['keys of a registry that does not sign', { keys: [{ key }], offers: { signatures: 'not-offered' } }],
    ['two answers to whether it signs', { signatures: 'required', offers: { signatures: 'if-offered' } }],
    ['a level that is none', { signatures: 'always' }],
    ['a key without its key', { keys: [{ keyid }] }],
  ])('is refused with %s', (_, registry) => {
    expect(() => read({ url, ...registry })).toThrow(expect.objectContaining({ code: 'policy-invalid' }));
  });
});
