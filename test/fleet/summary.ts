import type { FindingRecord, RepositoryChange } from '../../src/fleet/audit-record.ts';
import type { AuditSummary } from '../../src/fleet/audit-summary.ts';
import { milliseconds } from '../../src/model/units.ts';
import { findingRecord } from './records.ts';

const day = 86_400_000;
const startedAt = milliseconds(Date.parse('2026-11-25T02:00:00Z'));

export const audit: AuditSummary['audit'] = {
  id: 7,
  scope: 'acme',
  startedAt,
  finishedAt: milliseconds(startedAt + 90_500),
  tool: 'lockgate 0.1.0',
  repositories: 3,
};

export function finding(over: Partial<FindingRecord> = {}): FindingRecord {
  return findingRecord('f1', {
    subject: 'evil@1.1.0',
    message: 'evil@1.1.0 is known to be malware',
    path: ['shop', 'mid', 'evil'],
    ...over,
  });
}

export function change(repository: string, over: Partial<RepositoryChange> = {}): RepositoryChange {
  return { repository, verdict: 'fail', before: 'pass', appeared: [finding()], resolved: [], ...over };
}

export function summary(over: Partial<AuditSummary> = {}): AuditSummary {
  return {
    audit,
    previous: { ...audit, id: 6, startedAt: milliseconds(startedAt - day), finishedAt: milliseconds(startedAt - day + 80_000) },
    states: { fail: 2, failed: 0, inconclusive: 0, pass: 1 },
    changes: [change('shop'), change('billing')],
    failures: [],
    ...over,
  };
}

/** Nothing new at all. */
export function quiet(): AuditSummary {
  return summary({ states: { fail: 0, failed: 0, inconclusive: 0, pass: 3 }, changes: [] });
}

/** Text as an attacker would write it. */
export const hostileText: string = '</details><img src=x onerror=alert(1)> @everyone #1 [x](javascript:1) `\u202e\n# heading\n- [x] done';
