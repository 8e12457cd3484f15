import type { Finding } from '../model/finding.ts';
import type { Outcome, Report } from '../model/report.ts';
import type { RuleId } from '../model/rule.ts';
import { sarif } from '../reporters/sarif.ts';
import type { AuditRecord, FindingRecord, LockfileRecord } from './audit-record.ts';
import { digestOf } from './storable.ts';

/** The SARIF of one repository: its lockfiles as they were stored, each finding at its line. */
export function renderRepositorySarif(records: readonly LockfileRecord[], audit: AuditRecord): string {
  const reports = records.map((record) => reportOf(record, audit));
  return sarif.renderAll?.(reports, { isColoured: false, width: 0, isExpanded: true }) ?? '';
}

/** A file name for a repository's report: readable, never a path, and another one for every name. */
export function reportFileName(repository: string, extension: string): string {
  const safe = repository.replaceAll(/[^A-Za-z0-9._-]/g, '_');
  const isPlain = safe === repository && !safe.startsWith('.') && safe.length <= 80 && safe === safe.toLowerCase();
  return isPlain ? `${safe}.${extension}` : `${safe.slice(0, 80).replace(/^\./, '_')}-${digestOf(repository).slice(0, 8)}.${extension}`;
}

/** What a reporter needs of a report. What was not stored (facts, places in other files) is left out. */
function reportOf(record: LockfileRecord, { startedAt, tool }: AuditRecord): Report {
  const { counts, lockfile, format, digest, policyDigest, verdict, inconclusive, repository } = record;
  const [name = 'lockgate', version = ''] = tool.split(' ');
  return {
    verdict,
    counts,
    outcomes: inconclusive.flatMap(({ check, reason, source, detail, subjects, isAccepted }): readonly Outcome[] =>
      Array.from({ length: Math.min(subjects, 100_000) }, (_, index) => ({
        check,
        subject: `${index + 1}`,
        result: 'inconclusive',
        reasons: [{ evidence: '', reason, source, detail }],
        isAccepted,
      })),
    ),
    findings: record.findings.map((finding) => findingOf(finding, lockfile)),
    notes: [],
    origin: { path: lockfile, format, digest },
    project: { name: repository, version: '' },
    policyDigest,
    tool: { name, version },
    now: startedAt,
  };
}

function findingOf({ rule, severity, subject, message, path, line, help, waiver, fingerprint }: FindingRecord, lockfile: string): Finding {
  return {
    rule: rule as RuleId, // stored from a finding
    severity,
    subject: { kind: 'component', label: subject },
    message,
    facts: [],
    counterFacts: [],
    help,
    locations: [{ file: lockfile, line: line ?? 1 }],
    path,
    fingerprint,
    levelReasons: [],
    ...(waiver === undefined
      ? {}
      : { waiver: { ...waiver, rule: rule as RuleId, package: subject, versions: '*', location: { file: lockfile, line: 1 } } }),
  };
}
