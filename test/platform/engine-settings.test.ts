import { afterEach, describe, expect, it, vi } from 'vitest';
import { expectLongRun, expectShortRun } from '../../src/platform/engine-settings.ts';

function flagsOf(v8: string, tell: () => void): readonly string[] {
  const flags: string[] = [];
  vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...process.versions, v8 });
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ setFlagsFromString: (flag: string) => flags.push(flag) });
  tell();
  return flags;
}

afterEach(() => vi.restoreAllMocks());

describe('what V8 is told', () => {
  it('of a short run is taken back for a long one, flag by flag', () => {
    const nameOf = (flag: string): string => flag.replace(/^--(no-)?/, '').replace(/=.*/, '');
    const [short, long] = [flagsOf('11.3.244.8-node.33', expectShortRun), flagsOf('11.3.244.8-node.33', expectLongRun)];
    expect(short.length).toBeGreaterThan(0);
    expect(long.map(nameOf)).toStrictEqual(short.map(nameOf));
    for (const [place, flag] of short.entries()) expect(long[place]).not.toBe(flag);
  });

  it('is nothing by the V8 of another Node, which may not know the flags', () => {
    for (const v8 of ['10.2.154.26-node.36', '12.4.254.21-node.33', '13.6.233.10-node.28'])
      expect([...flagsOf(v8, expectShortRun), ...flagsOf(v8, expectLongRun)]).toStrictEqual([]);
  });
});
