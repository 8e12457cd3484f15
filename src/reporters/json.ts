import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { jsonText } from './json-text.ts';
import type { Reporter } from './reporter.ts';

/** The report as data, in the shape of `schemas/report.schema.json`. Keys and order are stable. */
export const json: Reporter = {
  id: 'json',
  summary: 'The whole report as data, with a published schema',
  render: (report) => jsonText(toJson(report)),
  // One lockfile is one object, several are a list of them.
  renderAll: (reports) => jsonText(reports.length === 1 ? reports.map(toJson)[0] : reports.map(toJson)),
};

export const reportSchemaVersion = 1;

function toJson(report: Report): unknown {
  return {
    schemaVersion: reportSchemaVersion,
    verdict: report.verdict,
    counts: report.counts,
    lockfile: report.origin,
    project: report.project,
    policy: { path: report.policyPath ?? null, digest: report.policyDigest },
    tool: report.tool,
    now: new Date(report.now).toISOString(),
    notes: report.notes,
    findings: report.findings.map(findingToJson),
    inconclusive: report.outcomes.flatMap((outcome) =>
      outcome.result === 'inconclusive'
        ? [{ check: outcome.check, subject: outcome.subject, isAccepted: outcome.isAccepted, reasons: outcome.reasons }]
        : [],
    ),
    notApplicable: tally(report),
    ...(report.changes === undefined
      ? {}
      : {
          changes: report.changes.map((change) => ({
            type: change.type,
            ...(change.type === 'added' ? {} : { before: change.before.purl }),
            ...(change.type === 'removed' ? {} : { after: change.after.purl }),
          })),
        }),
  };
}

function findingToJson(finding: Finding): unknown {
  const { waiver, policy, passesAt, ...rest } = finding;
  return {
    ...rest,
    ...(policy === undefined ? {} : { policy }),
    ...(passesAt === undefined ? {} : { passesAt: new Date(passesAt).toISOString() }),
    ...(waiver === undefined
      ? {}
      : {
          waiver: {
            reason: waiver.reason,
            owner: waiver.owner,
            expires: new Date(waiver.expires).toISOString(),
            location: waiver.location,
            ...(waiver.ticket === undefined ? {} : { ticket: waiver.ticket }),
          },
        }),
  };
}

/** What did not apply, counted by check and reason. */
function tally(report: Report): unknown {
  const counts = new Map<string, { readonly check: string; readonly why: string; count: number }>();
  for (const outcome of report.outcomes) {
    if (outcome.result !== 'not-applicable') continue;
    const key = `${outcome.check}\n${outcome.why}`;
    const entry = counts.get(key) ?? { check: outcome.check, why: outcome.why, count: 0 };
    counts.set(key, { ...entry, count: entry.count + 1 });
  }
  return [...counts.values()];
}
