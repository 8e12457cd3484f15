import { describe, expect, it } from 'vitest';
import { dormancy } from '../../src/checks/dormancy.ts';
import { isHistory } from '../../src/checks/recent-release.ts';
import { milliseconds } from '../../src/model/units.ts';
import { loadPolicy } from '../../src/policy/load.ts';

const load = (within: string): unknown =>
  loadPolicy(`version: 1\nchecks:\n  dormancy:\n    recent-within: ${within}\n`, 'lockgate.yaml', {
    checks: [dormancy],
    engineRules: [],
    now: milliseconds(0),
  }).options.get('dormancy');

describe('how long a release counts as recent', () => {
  it.each(['90d', '12w', '2160h'])('may be %s', (within) => expect(load(within)).toBeDefined());
  it.each(['91d', '13w', '999999d'])('may not be %s, because older history is not collected', (within) =>
    expect(() => load(within)).toThrow(/at most 90d/),
  );

  it('is never over for a time that is none', () => {
    expect(isHistory(Number.NaN, 1000, 10)).toBe(false);
    expect(isHistory(990, 1000, 10)).toBe(true);
    expect(isHistory(2000, 1000, 10)).toBe(false);
  });
});
