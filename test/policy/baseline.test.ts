import { describe, expect, it } from 'vitest';
import { GateError } from '../../src/model/gate-error.ts';
import { readBaseline, writeBaseline } from '../../src/policy/baseline.ts';
import { hostile, tooNew, waived } from '../reporters/report.ts';

const path = 'lockgate-baseline.json';

describe('a baseline', () => {
  it('holds the errors and warnings of its day, and reads back with its lines', () => {
    const text = writeBaseline([tooNew, hostile], '2026-11-25', undefined);
    const baseline = readBaseline(text, path);
    expect([...baseline.entries.keys()].sort()).toEqual([tooNew.fingerprint, hostile.fingerprint].sort());
    expect(baseline.entries.get(tooNew.fingerprint)?.location).toEqual({ file: path, line: 6 });
    expect(baseline.expires - baseline.created).toBe(180 * 86_400_000);
  });

  it('takes in no note and nothing that a waiver covers already', () => {
    const text = writeBaseline([{ ...tooNew, severity: 'note' }, waived], '2026-11-25', undefined);
    expect(readBaseline(text, path).entries.size).toBe(0);
  });

  it('may only shrink: what is new stays out, what is gone leaves, and its date stays', () => {
    const first = readBaseline(writeBaseline([tooNew], '2026-10-01', undefined), path);
    const second = readBaseline(writeBaseline([tooNew, hostile], '2026-11-25', first), path);
    expect([...second.entries.keys()]).toEqual([tooNew.fingerprint]);
    expect(second.created).toBe(first.created);
    expect(readBaseline(writeBaseline([hostile], '2026-11-25', first), path).entries.size).toBe(0);
  });

  it.each([
    ['no JSON', '{'],
    ['another version', '{"version":2,"created":"2026-11-25","findings":[]}'],
    ['no date', '{"version":1,"created":"yesterday","findings":[]}'],
    ['a fingerprint that is none', '{"version":1,"created":"2026-11-25","findings":[{"fingerprint":"x","rule":"a/b","subject":"c"}]}'],
  ])('with %s is refused', (_, text) => {
    expect(() => readBaseline(text, path)).toThrow(GateError);
  });
});
