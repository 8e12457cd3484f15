import { assert, constantFrom, property, string, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Hash,
  type HashAlgorithm,
  compareIntegrity,
  formatIntegrity,
  hashAlgorithms,
  hashFromHex,
  integrityOf,
  parseIntegrity,
} from '../../src/model/integrity.ts';

const lengths: Readonly<Record<HashAlgorithm, number>> = { sha512: 64, sha384: 48, sha256: 32, sha1: 20, md5: 16 };
const sri = (algorithm: HashAlgorithm, byte: number): string => `${algorithm}-${Buffer.alloc(lengths[algorithm], byte).toString('base64')}`;
const hash = (algorithm: HashAlgorithm, byte: number): Hash => ({
  algorithm,
  digest: Buffer.alloc(lengths[algorithm], byte).toString('hex'),
});

describe('reading', () => {
  test.each(hashAlgorithms)('one %s', (algorithm) => {
    expect(parseIntegrity(sri(algorithm, 7))).toEqual([hash(algorithm, 7)]);
  });

  test('several, strongest first, each once, whatever the order and the white space', () => {
    const text = ` ${sri('sha1', 1)}\t${sri('sha512', 2)}\n${sri('sha1', 1)} ${sri('sha512', 1)}?opt `;
    expect(parseIntegrity(text)).toEqual([hash('sha512', 1), hash('sha512', 2), hash('sha1', 1)]);
  });

  test('a malformed part never counts, and nothing but such parts is no integrity', () => {
    expect(parseIntegrity(`sha512-AAAA ${sri('sha1', 1)}`)).toEqual([hash('sha1', 1)]);
    for (const text of [
      '',
      ' ',
      'sha512-',
      'sha512-AAAA',
      'sha3-AAAA',
      sri('sha512', 1).replace('sha512', 'sha256'),
      sri('sha1', 1).toUpperCase(),
      `x${sri('sha1', 1)}`,
    ])
      expect(parseIntegrity(text)).toBeUndefined();
  });

  test('what is written is read back', () => {
    assert(
      property(uint8Array({ minLength: 64, maxLength: 64 }), constantFrom(...hashAlgorithms), (bytes, algorithm) => {
        const one: Hash = { algorithm, digest: Buffer.from(bytes.subarray(0, lengths[algorithm])).toString('hex') };
        expect(parseIntegrity(formatIntegrity([one, hash('md5', 1)]))).toEqual(integrityOf([one, hash('md5', 1)]));
      }),
    );
  });

  test('any text is read or not, and a digest always has the length of its algorithm', () => {
    assert(
      property(string({ unit: 'binary' }), (text) => {
        for (const { algorithm, digest } of parseIntegrity(`sha512-${text}`) ?? []) expect(digest).toHaveLength(lengths[algorithm] * 2);
      }),
    );
  });

  test('hexadecimal digests of the right length, in either case', () => {
    expect(hashFromHex('sha1', 'AB'.repeat(20))).toEqual({ algorithm: 'sha1', digest: 'ab'.repeat(20) });
    expect(hashFromHex('sha1', 'ab'.repeat(19))).toBeUndefined();
    expect(hashFromHex('sha1', 'zz'.repeat(20))).toBeUndefined();
    expect(hashFromHex('md5', `${'ab'.repeat(16)}\n`)).toBeUndefined();
  });
});

describe('comparing', () => {
  const strong = [hash('sha512', 1)] as const;
  test('the strongest algorithm that both name decides, against weaker ones', () => {
    expect(compareIntegrity([hash('sha512', 1), hash('sha1', 1)], [hash('sha512', 2), hash('sha1', 1)])).toBe('different');
    expect(compareIntegrity([hash('sha512', 1), hash('sha1', 1)], [hash('sha512', 1), hash('sha1', 2)])).toBe('equal');
    expect(compareIntegrity([hash('sha512', 1), hash('sha1', 1)], [hash('sha1', 1)])).toBe('equal');
  });

  test('one of several digests is enough, none in common is incomparable', () => {
    expect(compareIntegrity(strong, [hash('sha512', 2), hash('sha512', 1)])).toBe('equal');
    expect(compareIntegrity(strong, [hash('sha256', 1)])).toBe('incomparable');
  });
});
