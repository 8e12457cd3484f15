import { describe, expect, it } from 'vitest';
import { unite } from '../../src/engine/findings.ts';
import type { Finding, Severity } from '../../src/model/finding.ts';

const finding = (severity: Severity, line: number, fingerprint = 'a'.repeat(32)): Finding => ({
  rule: 'source/git-dependency',
  severity,
  subject: { kind: 'component', label: 'left-pad@1.3.0' },
  message: `at line ${line}`,
  facts: [],
  counterFacts: [],
  help: [],
  locations: [{ file: 'package-lock.json', line }],
  path: [],
  fingerprint,
  levelReasons: [],
});

describe('unite', () => {
  it('makes one finding of all copies, with every place', () => {
    expect(unite([finding('error', 3), finding('error', 9)])).toMatchObject([{ locations: [{ line: 3 }, { line: 9 }] }]);
  });

  it('keeps the copy that is worst, whichever comes first', () => {
    for (const copies of [
      [finding('warning', 3), finding('error', 9)],
      [finding('error', 9), finding('warning', 3)],
    ])
      expect(unite(copies)).toMatchObject([{ severity: 'error', message: 'at line 9', locations: [{ line: 9 }, { line: 3 }] }]);
  });

  it('keeps an error that no waiver covers before one that a waiver covers', () => {
    const waiver = {
      rule: 'source/git-dependency' as const,
      package: 'left-pad',
      versions: '1.3.0',
      reason: 'only on this way from the root',
      owner: 'ada',
      expires: 1 as never,
      location: { file: 'lockgate.yaml', line: 1 },
    };
    expect(unite([{ ...finding('error', 3), waiver }, finding('error', 9)])[0]?.waiver).toBeUndefined();
  });
});
