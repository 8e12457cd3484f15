import * as fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { sortedVersions, wantedVersions } from '../../src/collectors/packument-versions.ts';
import { PublishedVersions } from '../../src/evidence/published-versions.ts';

/** What is read as a whole for a recent locked version, in order of text. */
function wholeBelow(ascending: readonly string[], locked: string): readonly string[] {
  return [...wantedVersions(listOf(ascending), new Set([locked]), () => true).whole].sort();
}

function listOf(ascending: readonly string[]): PublishedVersions {
  return PublishedVersions.of(ascending.map((version) => ({ version })));
}

describe('versions', () => {
  it('stand in semver order, build metadata included, and what is no version is left out', () => {
    expect(sortedVersions(['10.0.0', '2.0.0', '2.0.0-rc.1', '1.0.0+b', '1.0.0+a', 'latest', '', '__proto__', '1.2'])).toStrictEqual([
      '1.0.0+a',
      '1.0.0+b',
      '2.0.0-rc.1',
      '2.0.0',
      '10.0.0',
    ]);
  });

  it('stand in the order that semver gives them', () => {
    const number = fc.constantFrom('0', '1', '2', '10', '01', '99999999999999999999');
    const version = fc
      .tuple(
        number,
        number,
        number,
        fc.constantFrom(
          '',
          '-0',
          '-a',
          '-a.1',
          '-a.10',
          '-a.1.b',
          '-1',
          '-01',
          '-a..b',
          '-',
          '-99999999999999999999',
          '-a-1',
          '+b',
          '-a+b',
          'x',
          ' ',
        ),
      )
      .map(([a, b, c, rest]) => `${a}.${b}.${c}${rest}`);
    fc.assert(
      fc.property(fc.uniqueArray(version), (versions) => {
        const valid = versions.filter((one) => semver.valid(one) !== null && one === one.trim());
        expect(sortedVersions(versions)).toStrictEqual(valid.sort(semver.compareBuild));
      }),
    );
  });

  it('wanted below a stable one are stable, below a prerelease anything', () => {
    const all = ['1.0.0', '1.1.0-a', '1.1.0', '1.2.0-a', '1.2.0-b', '1.2.0'];
    expect(wholeBelow(all, '1.2.0')).toStrictEqual(['1.0.0', '1.1.0', '1.2.0']);
    expect(wholeBelow(all, '1.2.0-b')).toStrictEqual(['1.0.0', '1.1.0', '1.1.0-a', '1.2.0-a', '1.2.0-b']);
  });

  it('wanted below one that the registry lacks are those below its place', () => {
    expect(wholeBelow(['1.0.0', '3.0.0'], '2.0.0')).toStrictEqual(['1.0.0', '2.0.0']);
    expect(wholeBelow(['1.0.0'], 'nonsense')).toStrictEqual(['nonsense']);
  });

  it('wanted below one are not those of the same precedence, however many: they would hide what it was before', () => {
    const twins = ['1.1.0', '1.1.0+a', '1.1.0+b', '1.1.0+c', '1.1.0+d', '1.1.0+e', '1.1.0+z'];
    expect(wholeBelow(['1.0.0', ...twins], '1.1.0+z')).toStrictEqual(['1.0.0', '1.1.0+z']);
    expect(wholeBelow(['1.0.0', ...twins], '1.1.0')).toStrictEqual(['1.0.0', '1.1.0']);
  });

  it('are none with a letter before the number: nothing would find it as the version before', () => {
    expect(sortedVersions(['1.5.0', 'v1.5.9', '=1.5.8', '1.6.0'])).toStrictEqual(['1.5.0', '1.6.0']);
  });

  it('wanted below an old one as a whole is the next below it; of the others only how they were published', () => {
    const all = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '2.0.0'];
    expect(wantedVersions(listOf(all), new Set(['1.3.0']), () => false)).toStrictEqual({
      whole: new Set(['1.3.0', '1.2.0']),
      earlier: new Set(['1.1.0', '1.0.0']),
    });
  });

  it('wanted as a whole for one locked version is wanted so although another one needs less of it', () => {
    const all = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'];
    const wanted = wantedVersions(listOf(all), new Set(['1.3.0', '1.1.0']), () => false);
    expect(wanted).toStrictEqual({ whole: new Set(['1.3.0', '1.1.0', '1.2.0', '1.0.0']), earlier: new Set() });
  });

  it('wanted are at most five below each locked one, all of them lower', () => {
    const version = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.constantFrom('', '-rc.1', '-rc.2', '+a', '+b', '-rc.1+a'))
      .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre}`);
    fc.assert(
      fc.property(fc.uniqueArray(version, { minLength: 1 }), (versions) => {
        const [locked = ''] = versions;
        const [ofRecent, ofOld] = [true, false].map((isRecent) =>
          wantedVersions(listOf(sortedVersions(versions)), new Set([locked]), () => isRecent),
        );
        expect(ofRecent?.whole.size).toBeLessThanOrEqual(6);
        expect(ofRecent?.earlier.size).toBe(0);
        for (const one of ofRecent?.whole ?? []) expect(one === locked || semver.lt(one, locked)).toBe(true);
        expect(new Set([...(ofOld?.whole ?? []), ...(ofOld?.earlier ?? [])])).toStrictEqual(ofRecent?.whole);
      }),
    );
  });
});
