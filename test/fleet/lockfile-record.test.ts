import { describe, expect, it } from 'vitest';
import { evaluateRepository } from '../../src/fleet/evaluate-repository.ts';
import { lockfileRecord } from '../../src/fleet/lockfile-record.ts';
import type { Finding } from '../../src/model/finding.ts';
import { GateError } from '../../src/model/gate-error.ts';
import type { Waiver } from '../../src/model/policy.ts';
import type { Report, Verdict } from '../../src/model/report.ts';
import { milliseconds } from '../../src/model/units.ts';
import { inventoryOf } from '../../src/fleet/held-versions.ts';

const inventory = inventoryOf([
  { name: 'left-pad', version: '1.3.0' },
  { name: '@acme/ui', version: '2.0.0' },
]);

const waiver: Waiver = {
  rule: 'licence/denied',
  package: 'left-pad',
  versions: '1.3.0',
  reason: 'we know what we do',
  owner: 'ada',
  expires: milliseconds(1),
  location: { file: 'lockgate.yaml', line: 3 },
};

function finding(fingerprint: string, given: Partial<Finding> = {}): Finding {
  return {
    rule: 'licence/denied',
    severity: 'error',
    subject: { kind: 'component', label: 'left-pad@1.3.0' },
    message: 'denied',
    facts: [],
    counterFacts: [],
    help: [],
    locations: [{ file: 'audit', line: 7 }],
    path: ['shop@1.0.0', '@acme/ui@2.0.0', 'left-pad@1.3.0'],
    fingerprint,
    levelReasons: [],
    ...given,
  };
}

function report(verdict: Verdict, findings: readonly Finding[], given: Partial<Report> = {}): Report {
  return {
    verdict,
    counts: {
      components: 2,
      checks: 3,
      expected: 6,
      pass: 6 - findings.length,
      fail: findings.length,
      inconclusive: 0,
      notApplicable: 0,
      errors: 0,
      warnings: 0,
      notes: 0,
      waived: 0,
    },
    outcomes: [],
    findings,
    notes: [],
    origin: inventory.origin,
    project: { name: 'shop', version: '1.0.0' },
    policyDigest: `digest of ${verdict}`,
    tool: { name: 'lockgate', version: '1' },
    now: milliseconds(0),
    ...given,
  };
}

const merged = (...reports: readonly Report[]): ReturnType<typeof lockfileRecord> =>
  lockfileRecord(
    'shop',
    inventory,
    reports.map((one, index) => ({ report: one, ...(index === 0 ? {} : { help: 'the floor decides' }) })),
  );

describe('a lockfile that several gates have judged', () => {
  it('gets the worst verdict, whichever gate gave it', () => {
    const all = ['pass', 'inconclusive', 'fail'] as const;
    for (const a of all)
      for (const b of all) {
        const worst = all[Math.max(all.indexOf(a), all.indexOf(b))];
        expect(merged(report(a, []), report(b, [])).verdict).toBe(worst);
      }
  });

  it('has a finding waived only where every gate that found it has it waived', () => {
    const open = finding('f');
    const waived = finding('f', { waiver });
    expect(merged(report('pass', [waived]), report('pass', [waived])).findings[0]?.waiver).toBeDefined();
    for (const pair of [
      [open, waived],
      [waived, open],
    ] as const) {
      const record = merged(report('pass', [pair[0]]), report('fail', [pair[1]]));
      expect(record.findings).toHaveLength(1);
      expect(record.findings[0]?.waiver).toBeUndefined();
      expect(record.counts).toMatchObject({ errors: 1, waived: 0, expected: 12 });
    }
  });

  it('weighs a finding as the strictest gate does, and says when that is the floor', () => {
    const record = merged(report('pass', [finding('f', { severity: 'note' })]), report('fail', [finding('f'), finding('g')]));
    expect(record.findings.map(({ fingerprint, severity, help }) => [fingerprint, severity, help])).toEqual([
      ['f', 'error', ['the floor decides']],
      ['g', 'error', ['the floor decides']],
    ]);
    expect(merged(report('fail', [finding('f')]), report('pass', [finding('f', { severity: 'note' })])).findings[0]?.help).toEqual([]);
  });

  it('keeps names for the way, the line in the lockfile, and each package with its way', () => {
    const record = merged(report('fail', [finding('f'), finding('g', { locations: [{ file: 'package.json', line: 3 }] })]));
    expect(record.findings.map(({ path, line }) => [path, line])).toEqual([
      [['shop', '@acme/ui', 'left-pad'], 7],
      [['shop', '@acme/ui', 'left-pad'], undefined],
    ]);
    expect(record.packages).toEqual([
      { name: '@acme/ui', version: '2.0.0', isDirect: true, scope: 'required', path: ['audit', '@acme/ui'] },
      { name: 'left-pad', version: '1.3.0', isDirect: true, scope: 'required', path: ['audit', 'left-pad'] },
    ]);
  });
});

describe('evaluating a repository', () => {
  const source = { name: 'shop', tags: [], at: { path: '/shop' } };
  const lockfile = (assess: () => Promise<Report>): Awaited<ReturnType<Parameters<typeof evaluateRepository>[1]['open']>>[number] => ({
    inventory: () => inventory,
    siblings: [],
    documents: [],
    gates: async () => [{ assess }],
  });
  const broken = {
    ...lockfile(async () => report('pass', [])),
    inventory: () => {
      throw new GateError('lockfile-invalid', 'is cut off', { location: { file: 'docs/yarn.lock', line: 3 } });
    },
  };
  const never = new AbortController().signal;

  it('keeps the lockfiles that can be judged beside one that cannot, and counts as failed', async () => {
    const result = await evaluateRepository(
      source,
      { open: async () => [broken, lockfile(async () => report('pass', [])), broken] },
      never,
    );
    expect(result.records).toHaveLength(1);
    expect(result.failure).toEqual({ repository: 'shop', code: 'lockfile-invalid', message: 'is cut off (docs/yarn.lock:3), and 1 more' });
  });

  it('never takes a repository without a lockfile for one without trouble', async () => {
    expect((await evaluateRepository(source, { open: async () => [] }, never)).failure?.code).toBe('lockfile-missing');
  });

  it('has no result where it was interrupted, and lets a bug through', async () => {
    const stop = new AbortController();
    const stopping = lockfile(async () => {
      stop.abort(new Error('interrupted'));
      return report('inconclusive', []);
    });
    await expect(evaluateRepository(source, { open: async () => [stopping] }, stop.signal)).rejects.toThrow('interrupted');
    const bug = lockfile(async () => Promise.reject(new TypeError('a bug')));
    await expect(evaluateRepository(source, { open: async () => [bug] }, never)).rejects.toThrow('a bug');
  });
});
