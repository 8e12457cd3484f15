import * as fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { sortedVersions, wantedVersions } from '../../src/collectors/packument-versions.ts';

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
    expect([...wantedVersions(all, new Set(['1.2.0']))].sort()).toStrictEqual(['1.0.0', '1.1.0', '1.2.0']);
    expect([...wantedVersions(all, new Set(['1.2.0-b']))].sort()).toStrictEqual(['1.0.0', '1.1.0', '1.1.0-a', '1.2.0-a', '1.2.0-b']);
  });

  it('wanted below one that the registry lacks are those below its place', () => {
    expect([...wantedVersions(['1.0.0', '3.0.0'], new Set(['2.0.0']))].sort()).toStrictEqual(['1.0.0', '2.0.0']);
    expect([...wantedVersions(['1.0.0'], new Set(['nonsense']))]).toStrictEqual(['nonsense']);
  });

  it('wanted are at most five below each locked one, all of them lower', () => {
    const version = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.constantFrom('', '-rc.1', '-rc.2'))
      .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre}`);
    fc.assert(
      fc.property(fc.uniqueArray(version, { minLength: 1 }), (versions) => {
        const [locked = ''] = versions;
        const wanted = wantedVersions(sortedVersions(versions), new Set([locked]));
        expect(wanted.size).toBeLessThanOrEqual(6);
        for (const one of wanted) expect(one === locked || semver.lt(one, locked)).toBe(true);
      }),
    );
  });
});
