import { describe, expect, it } from 'vitest';
import { type ExecResult, exitCodeOf, renderSummary } from '../../src/exec/summary.ts';
import type { Decision } from '../../src/firewall/decision.ts';

const options = { isColoured: false, program: 'npm', undo: [] };

function unverified(name: string, reasons: readonly string[]): Decision {
  return { name, version: '1.0.0', action: 'unverified', findings: [], reasons };
}

function resultOf(decisions: readonly Decision[], clientExit = 1): ExecResult {
  return { decisions, clientExit, notes: [] };
}

describe('the summary of exec', () => {
  it('says a reason once for all packages that it holds for', () => {
    const silent = 'the registry answers no question about advisories';
    const result = resultOf(['bowl', 'cup', 'fork', 'jug', 'lid', 'mug'].map((name) => unverified(name, [silent])));
    const text = renderSummary(result, options);
    expect(text.split(silent)).toHaveLength(2);
    expect(text).toContain('unverified: bowl@1.0.0, cup@1.0.0, fork@1.0.0, jug@1.0.0, lid@1.0.0 and 1 more:');
    expect(exitCodeOf(result)).toBe(3);
  });

  it('says every reason of a package', () => {
    const text = renderSummary(resultOf([unverified('cup', ['no signature', 'no publish date'])]), options);
    expect(text).toContain('unverified: cup@1.0.0: no signature');
    expect(text).toContain('unverified: cup@1.0.0: no publish date');
  });

  it('is no pass where a client ends in peace on a signal while it installs', () => {
    expect(exitCodeOf({ ...resultOf([], 0), isUnjudged: true })).toBe(3);
    expect(exitCodeOf({ ...resultOf([], 130), isUnjudged: true })).toBe(130);
  });

  it('does not say of a client that had resolved already that it was never started', () => {
    const before = { verdict: 'fail', findings: [], unverified: [] } as const;
    expect(renderSummary({ ...resultOf([]), before, isTakenBack: true }, options)).toContain('npm resolved this and installed nothing');
    expect(renderSummary({ ...resultOf([]), before }, options)).toContain('npm was not started');
  });

  it('hands on the exit code of a client that was refused nothing', () => {
    expect(exitCodeOf(resultOf([], 7))).toBe(7);
    expect(renderSummary(resultOf([], 0), options)).toBe('');
  });
});
