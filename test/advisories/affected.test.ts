import { array, assert, constantFrom, nat, property, record, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Affected, type AffectedRange, effectOn, fixesAbove, lastAffectedFrom } from '../../src/advisories/affected.ts';
import { compareVersions } from '../../src/model/version-order.ts';

function ranges(...parts: readonly Partial<AffectedRange>[]): Affected {
  return {
    isEveryVersion: false,
    versions: [],
    ranges: parts.map((part) => ({ introduced: ['0'], fixed: [], lastAffected: [], limits: [], ...part })),
  };
}

describe('an OSV range', () => {
  it.each([
    ['before the fix', '1.2.2', { fixed: ['1.2.3'] }, 'affected'],
    ['at the fix', '1.2.3', { fixed: ['1.2.3'] }, 'unaffected'],
    ['a prerelease of the fix, which comes before it', '1.2.3-rc.1', { fixed: ['1.2.3'] }, 'affected'],
    ['build metadata, which does not count', '1.2.3+exp.sha', { fixed: ['1.2.3'] }, 'unaffected'],
    ['the lowest prerelease, from the beginning on', '0.0.0-0', { fixed: ['1.0.0'] }, 'affected'],
    ['before it was introduced', '1.9.9', { introduced: ['2.0.0'], fixed: ['2.1.0'] }, 'unaffected'],
    ['a prerelease of the version that introduced it', '2.0.0-beta', { introduced: ['2.0.0'] }, 'unaffected'],
    ['at the version that introduced it', '2.0.0', { introduced: ['2.0.0'] }, 'affected'],
    ['at the last affected version', '1.4.0', { lastAffected: ['1.4.0'] }, 'affected'],
    ['behind the last affected version', '1.4.1', { lastAffected: ['1.4.0'] }, 'unaffected'],
    ['introduced and last affected at one version', '1.0.0', { introduced: ['1.0.0'], lastAffected: ['1.0.0'] }, 'affected'],
    ['introduced again', '3.5.0', { introduced: ['0', '3.0.0'], fixed: ['2.0.0', '4.0.0'] }, 'affected'],
    ['between two affected lines', '2.5.0', { introduced: ['0', '3.0.0'], fixed: ['2.0.0', '4.0.0'] }, 'unaffected'],
    ['a fix at the version that introduces it again', '2.0.0', { introduced: ['0', '2.0.0'], fixed: ['2.0.0'] }, 'affected'],
    ['at the limit', '2.0.0', { limits: ['2.0.0'] }, 'unaffected'],
    ['below one of several limits', '2.0.0', { limits: ['1.0.0', '3.0.0'] }, 'affected'],
    ['numbers that are longer than a double', '1.0.90071992547409921', { fixed: ['1.0.90071992547409922'] }, 'unknown'],
    ['no version at all', 'latest', { fixed: ['1.2.3'] }, 'unknown'],
  ] as const)('is judged as the schema says: %s', (_, version, range, effect) => {
    expect(effectOn(version, ranges(range))).toBe(effect);
  });

  it('agrees with the algorithm of the schema, which sorts its events first', () => {
    const version = tuple(nat(3), nat(3), nat(3), constantFrom('', '-alpha', '-beta.2')).map(([a, b, c, d]) => `${a}.${b}.${c}${d}`);
    const events = array(record({ kind: constantFrom('introduced', 'fixed', 'lastAffected'), version }), {
      minLength: 1,
      maxLength: 8,
    });
    assert(
      property(version, events, (candidate, list) => {
        const of = (kind: string): string[] => list.filter((event) => event.kind === kind).map((event) => event.version);
        const range = { introduced: of('introduced'), fixed: of('fixed'), lastAffected: of('lastAffected') };
        expect(effectOn(candidate, ranges(range)) === 'affected').toBe(reference(candidate, list));
      }),
      { numRuns: 2000 },
    );
  });

  it('stays linear with ten thousand events', () => {
    const fixed = Array.from({ length: 10_000 }, (_, index) => `1.${index}.1`);
    const introduced = Array.from({ length: 10_000 }, (_, index) => `1.${index}.0`);
    const started = performance.now();
    expect(effectOn('1.9999.0', ranges({ introduced, fixed }))).toBe('affected');
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('affected versions', () => {
  it('are also those that are listed, whatever the ranges say', () => {
    expect(effectOn('1.5.0', { ...ranges({ introduced: ['2.0.0'] }), versions: ['1.5.0'] })).toBe('affected');
  });
  it('are all where the record names none', () => {
    expect(effectOn('latest', { isEveryVersion: true, versions: [], ranges: [] })).toBe('affected');
  });
  it('are only the listed ones where there are no ranges, even for what is no version', () => {
    expect(effectOn('latest', { isEveryVersion: false, versions: ['1.0.0'], ranges: [] })).toBe('unaffected');
  });
});

describe('the way out', () => {
  it('names fixes above the version, nearest first, and none that is affected again', () => {
    const affected = ranges({ introduced: ['0', '3.0.0'], fixed: ['1.2.3', '3.1.0'] }, { introduced: ['1.0.0'], fixed: ['2.0.0'] });
    expect(fixesAbove('1.1.0', affected)).toEqual(['2.0.0', '3.1.0']);
  });
  it('names the last affected version where there is no fix', () => {
    expect(lastAffectedFrom('1.1.0', ranges({ lastAffected: ['1.4.0'] }, { introduced: ['2.0.0'], lastAffected: ['2.4.0'] }))).toBe(
      '1.4.0',
    );
  });
});

/** The schema's own algorithm: sort by version, then walk. At one version a fix comes before what introduces again, a last affected version after. */
function reference(candidate: string, events: readonly { readonly kind: string; readonly version: string }[]): boolean {
  const rank = (kind: string): number => ['fixed', 'introduced', 'lastAffected'].indexOf(kind);
  let isVulnerable = false;
  for (const { kind, version } of events.toSorted((a, b) => compareVersions(a.version, b.version) || rank(a.kind) - rank(b.kind))) {
    const order = compareVersions(candidate, version);
    if (kind === 'introduced' && order >= 0) isVulnerable = true;
    if (kind === 'fixed' && order >= 0) isVulnerable = false;
    if (kind === 'lastAffected' && order > 0) isVulnerable = false;
  }
  return isVulnerable;
}
