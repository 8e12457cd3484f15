import type { Milliseconds } from '../model/units.ts';
import { type AuditSummary, type RepositoryStates, repositoryStates } from './audit-summary.ts';
import type { FindingCount } from './finding-counts.ts';
import type { FleetStore } from './store.ts';

/** What an audit counted over all its lockfiles. */
export interface AuditTally {
  readonly lockfiles: number;
  /** Installed copies of packages. */
  readonly packages: number;
  /** checks x subjects, and how many of them could not be made. */
  readonly judgements: number;
  readonly inconclusive: number;
  readonly findings: readonly FindingCount[];
}

/** When a feed of facts was last known to be right: the advisory database, the trust root, an allowlist. */
export interface FeedTime {
  readonly feed: string;
  readonly updatedAt: Milliseconds;
}

export interface AuditMetrics {
  readonly summary: AuditSummary;
  readonly tally: AuditTally;
  readonly feeds: readonly FeedTime[];
  /** Absent where no webhook is configured. */
  readonly isWebhookDelivered?: boolean;
}

/** Sums up an audit out of the store, without reading its lockfiles. */
export async function tallyAudit(store: Pick<FleetStore, 'repositories' | 'findingCounts'>, audit: number): Promise<AuditTally> {
  const sums = { lockfiles: 0, packages: 0, judgements: 0, inconclusive: 0 };
  for await (const { counts, lockfiles } of store.repositories(audit)) {
    sums.lockfiles += lockfiles;
    sums.packages += counts.components;
    sums.judgements += counts.expected;
    sums.inconclusive += counts.inconclusive;
  }
  return { ...sums, findings: await store.findingCounts(audit) };
}

/**
 * An audit for Prometheus' textfile collector, in its text format 0.0.4: gauges of the last audit, none of which carries a name of a
 * repository or a package, so that their number stays small and nothing from outside becomes a label.
 */
export function renderMetrics({ summary, tally, feeds, isWebhookDelivered }: AuditMetrics): string {
  const { audit, states, changes, failures } = summary;
  const total = (side: 'appeared' | 'resolved'): number => changes.reduce((sum, change) => sum + change[side].length, 0);
  const finished = audit.finishedAt;
  return [
    gauge('lockgate_build_info', 'The version that audited; always 1.', [[1, { version: audit.tool }]]),
    gauge('lockgate_audit_start_timestamp_seconds', 'When the last audit began.', [[audit.startedAt / 1000]]),
    ...(finished === undefined
      ? []
      : [
          gauge('lockgate_audit_end_timestamp_seconds', 'When the last audit ended.', [[finished / 1000]]),
          gauge('lockgate_audit_duration_seconds', 'How long the last audit took.', [[(finished - audit.startedAt) / 1000]]),
        ]),
    gauge('lockgate_audit_repositories', 'Repositories of the last audit by state.', statesOf(states)),
    gauge('lockgate_audit_lockfiles', 'Lockfiles that the last audit judged.', [[tally.lockfiles]]),
    gauge('lockgate_audit_packages', 'Installed copies of packages in them.', [[tally.packages]]),
    gauge(
      'lockgate_audit_findings',
      'Findings of the last audit.',
      tally.findings.map(({ rule, severity, isWaived, count }) => [count, { rule, severity, waived: String(isWaived) }]),
    ),
    gauge('lockgate_audit_findings_appeared', 'Findings that the audit before did not have.', [[total('appeared')]]),
    gauge('lockgate_audit_findings_resolved', 'Findings that only the audit before had.', [[total('resolved')]]),
    gauge('lockgate_audit_judgements', 'Judgements that the last audit was to make: checks times subjects.', [[tally.judgements]]),
    gauge('lockgate_audit_judgements_inconclusive', 'Judgements that could not be made.', [[tally.inconclusive]]),
    gauge('lockgate_audit_inconclusive_ratio', 'Share of the judgements that could not be made, 0 to 1.', [
      [tally.judgements === 0 ? 0 : tally.inconclusive / tally.judgements],
    ]),
    gauge('lockgate_audit_failures', 'Repositories that could not be audited, by reason.', failuresByCode(failures)),
    gauge(
      'lockgate_feed_timestamp_seconds',
      'When a feed of facts was last brought up to date; its age is time() minus this.',
      feeds.map(({ feed, updatedAt }) => [updatedAt / 1000, { feed }]),
    ),
    ...(isWebhookDelivered === undefined
      ? []
      : [gauge('lockgate_audit_webhook_delivered', 'Whether the last webhook was taken: 1 or 0.', [[isWebhookDelivered ? 1 : 0]])]),
  ].join('');
}

type Sample = readonly [value: number, labels?: Readonly<Record<string, string>>];

/** One family with its samples; nothing at all where there are none, as the format wants a type only for what is there. */
function gauge(name: string, help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const lines = samples.map(([value, labels = {}]) => {
    const inner = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${inner.length === 0 ? '' : `{${inner.join(',')}}`} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

/** A label's value: backslash, quote and line feed are escaped, all else may stand (text format 0.0.4). */
function escaped(text: string): string {
  return text.slice(0, 200).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function statesOf(states: RepositoryStates): readonly Sample[] {
  return repositoryStates.map((state) => [states[state], { state }]);
}

function failuresByCode(failures: AuditSummary['failures']): readonly Sample[] {
  const counts = new Map<string, number>();
  for (const { code } of failures) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, count]) => [count, { code }]);
}
