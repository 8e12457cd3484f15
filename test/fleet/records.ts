import type { FindingRecord, LockfileRecord, PackageRecord } from '../../src/fleet/audit-record.ts';
import { milliseconds } from '../../src/model/units.ts';

/** A lockfile as judged, with what a test does not care about filled in. */
export function lockfileRecord(given: Partial<LockfileRecord> & { readonly repository: string }): LockfileRecord {
  const findings = given.findings ?? [];
  const errors = findings.filter(({ severity, waiver }) => severity === 'error' && waiver === undefined).length;
  return {
    lockfile: 'package-lock.json',
    format: 'npm-lock-v3',
    digest: 'a'.repeat(64),
    policyDigest: 'b'.repeat(64),
    verdict: errors > 0 ? 'fail' : 'pass',
    counts: {
      components: 1,
      checks: 2,
      expected: 3,
      pass: 2,
      fail: errors,
      inconclusive: 0,
      notApplicable: 0,
      errors,
      warnings: 0,
      notes: 0,
      waived: 0,
    },
    findings,
    inconclusive: [],
    packages: [],
    ...given,
  };
}

export function packageRecord(name: string, version: string, given: Partial<PackageRecord> = {}): PackageRecord {
  return {
    name,
    version,
    isDirect: true,
    scope: 'required',
    path: ['shop', name],
    licence: 'MIT',
    publishedAt: milliseconds(Date.UTC(2021, 0, 1)),
    ...given,
  };
}

export function findingRecord(fingerprint: string, given: Partial<FindingRecord> = {}): FindingRecord {
  return {
    fingerprint,
    rule: 'malware/known',
    severity: 'error',
    subject: 'left-pad@1.3.0',
    message: 'left-pad@1.3.0 is known malware',
    path: ['shop', 'left-pad'],
    help: ['remove it'],
    ...given,
  };
}
