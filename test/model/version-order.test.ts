import { array, assert, constantFrom, nat, oneof, property, string, tuple } from 'fast-check';
import { compare } from 'semver';
import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../src/model/version-order.ts';

const identifiers = oneof(nat({ max: 20 }).map(String), constantFrom('alpha', 'beta', 'rc', 'x-y', '0a'));
const versions = tuple(
  nat({ max: 12 }),
  nat({ max: 12 }),
  nat({ max: 12 }),
  array(identifiers, { maxLength: 3 }),
  constantFrom('', '+build'),
).map(([major, minor, patch, pre, build]) => `${major}.${minor}.${patch}${pre.length === 0 ? '' : `-${pre.join('.')}`}${build}`);
const texts = oneof(versions, string(), constantFrom('', '1', 'latest', '01.2.3', '1.2.3-', `${'9'.repeat(16)}.0.0`));

describe('the order of versions', () => {
  test('follows the example of the specification', () => {
    const example =
      '1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0 2.0.0 2.1.0 2.1.1'.split(' ');
    expect([...example].reverse().sort(compareVersions)).toEqual(example);
  });

  test('agrees with semver', () => {
    assert(
      property(versions, versions, (a, b) => {
        expect(Math.sign(compareVersions(a, b))).toBe(compare(a, b));
      }),
      { numRuns: 1000 },
    );
  });

  test('is total for any text: antisymmetric and transitive', () => {
    assert(
      property(texts, texts, texts, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
        const [low = '', middle = '', high = ''] = [a, b, c].sort(compareVersions);
        expect(compareVersions(low, middle)).toBeLessThanOrEqual(0);
        expect(compareVersions(low, high)).toBeLessThanOrEqual(0);
        expect(compareVersions(middle, high)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('numbers larger than doubles hold stay apart', () => {
    expect(compareVersions('9007199254740993.0.0', '9007199254740992.0.0')).toBeGreaterThan(0);
  });

  test('what is no version comes first', () => {
    expect(['1.0.0', 'latest', ''].sort(compareVersions)).toEqual(['', 'latest', '1.0.0']);
  });
});
