import { createHash } from 'node:crypto';
import type { RuleMeta } from '../model/check.ts';
import { type Location, bomRef } from '../model/component.ts';
import type { Finding } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';
import type { Report } from '../model/report.ts';
import { detailLines } from './finding-lines.ts';
import { type InconclusiveGroup, groupInconclusive } from './inconclusive-groups.ts';
import { jsonText } from './json-text.ts';
import type { Reporter } from './reporter.ts';
import { plural, summaryLine, unexplainedDoubt, worstVerdict } from './summary.ts';

/**
 * SARIF 2.1.0 (OASIS): a run per lockfile. Waived findings are suppressed results; what could not be verified is a result as
 * well as a notification, since code scanning shows results alone. Every result has a place and a rule.
 */
export const sarif: Reporter = {
  id: 'sarif',
  summary: 'SARIF 2.1.0, for code scanning',
  render: (report) => write([report]),
  renderAll: write,
};

/** Code scanning shows the first 5,000 results of a run and refuses a file with more than 25,000, or with more than 20 runs. */
const mostResultsInRun = 5_000;
const mostResults = 25_000;
const mostRuns = 20;

function write(reports: readonly Report[]): string {
  const groups = reports.length <= mostRuns ? reports.map((report) => [report]) : [reports];
  const room = Math.min(mostResultsInRun, Math.floor(mostResults / groups.length));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: groups.map((group) => runOf(group, room)),
  };
  return jsonText(log);
}

interface Result {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly place: Location;
  readonly related: readonly Location[];
  readonly name: string;
  readonly fingerprint: string;
  readonly suppression?: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

function runOf(reports: readonly Report[], room: number): unknown {
  const all = reports.flatMap(resultsOf);
  // What decides comes first, so that no cut can take it.
  const ordered = [...all].sort((a, b) => weight(a) - weight(b));
  const shown = ordered.slice(0, room);
  const rules = rulesOf(shown, reports);
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const verdict = worstVerdict(reports);
  const [first] = reports;
  return {
    tool: {
      driver: {
        name: first?.tool.name ?? 'lockgate',
        version: first?.tool.version ?? '',
        semanticVersion: first?.tool.version ?? '',
        rules: rules.map(({ id, meta }) => ruleToSarif(id, meta)),
      },
    },
    automationDetails: { id: reports.length === 1 && first !== undefined ? `lockgate/${first.origin.path}` : 'lockgate/all' },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        executionSuccessful: verdict !== 'inconclusive',
        ...(first === undefined ? {} : { endTimeUtc: new Date(first.now).toISOString() }),
        toolExecutionNotifications: [
          ...reports.flatMap(notificationsOf),
          ...(shown.length < all.length
            ? [notification('warning', `${plural(all.length - shown.length, 'result')} more are not in this file`)]
            : []),
        ],
      },
    ],
    results: shown.map((result) => resultToSarif(result, indexes)),
    properties: {
      verdict,
      lockfiles: reports.map((report) => ({
        verdict: report.verdict,
        path: report.origin.path,
        sha256: report.origin.digest,
        policy: report.policyDigest,
        counts: report.counts,
      })),
    },
  };
}

function weight({ suppression, level }: Result): number {
  return (suppression === undefined ? 0 : 10) + { error: 0, warning: 1, note: 2 }[level];
}

function resultsOf(report: Report): readonly Result[] {
  const doubt = unexplainedDoubt(report);
  return [
    ...report.findings.map((finding) => ofFinding(finding, report)),
    ...groupInconclusive(report).map((group) => ofGroup(group, report)),
    ...(doubt === undefined ? [] : [ofDoubt(doubt, report)]),
  ];
}

function ofFinding(finding: Finding, report: Report): Result {
  const { rule, severity, message, locations, fingerprint, waiver, subject, path } = finding;
  const [place = { file: report.origin.path, line: 1 }, ...related] = locations;
  return {
    ruleId: rule,
    level: severity,
    text: [inertLine(message), ...detailLines(finding)].join('\n'),
    place,
    related,
    name: subject.purl ?? subject.label,
    fingerprint,
    ...(waiver === undefined ? {} : { suppression: `${waiver.reason} (${waiver.owner})` }),
    properties: { path, ...(finding.passesAt === undefined ? {} : { passesAt: new Date(finding.passesAt).toISOString() }) },
  };
}

const inconclusiveRule = 'lockgate/inconclusive';

function ofGroup(group: InconclusiveGroup, report: Report): Result {
  const { checks, source, reason, detail, subjects, isAccepted } = group;
  const places = subjects.flatMap((subject) => placeOf(subject, report) ?? []);
  const [place = { file: report.origin.path, line: 1 }, ...related] = places;
  const named = `${subjects
    .slice(0, 20)
    .map((subject) => inertLine(subject, 100))
    .join(', ')}${subjects.length > 20 ? ', ...' : ''}`;
  return {
    ruleId: inconclusiveRule,
    level: isAccepted ? 'note' : 'error',
    text: [
      `${isAccepted ? 'not verified, accepted by the policy' : 'could not be verified'}: ${inertLine(detail)}`,
      `checks: ${checks.join(', ')}`,
      `${inertLine(source)}: ${plural(subjects.length, 'subject')} (${named})`,
    ].join('\n'),
    place,
    related,
    name: report.origin.path,
    fingerprint: digest([inconclusiveRule, report.origin.path, checks, source, reason, detail]),
    properties: { checks, reason, source },
  };
}

function ofDoubt(doubt: string, report: Report): Result {
  return {
    ruleId: inconclusiveRule,
    level: 'error',
    text: doubt,
    place: { file: report.origin.path, line: 1 },
    related: [],
    name: report.origin.path,
    fingerprint: digest([inconclusiveRule, report.origin.path, doubt]),
    properties: {},
  };
}

function placeOf(subject: string, { inventory }: Report): Location | undefined {
  return inventory?.components.get(bomRef(subject))?.location;
}

/** More places than a reader follows. */
const mostRelated = 20;

function resultToSarif(result: Result, indexes: ReadonlyMap<string, number>): unknown {
  const { ruleId, level, text, place, related, name, fingerprint, suppression, properties } = result;
  return {
    ruleId,
    ruleIndex: indexes.get(ruleId) ?? -1,
    level,
    message: { text: messageText(text) },
    locations: [{ ...physical(place), logicalLocations: [{ fullyQualifiedName: inertLine(name), kind: 'package' }] }],
    ...(related.length === 0 ? {} : { relatedLocations: related.slice(0, mostRelated).map((one, id) => ({ id, ...physical(one) })) }),
    // Code scanning follows an alert by `primaryLocationLineHash`; a line of a lockfile moves with every install, the finding does not.
    partialFingerprints: { 'lockgateFinding/v1': fingerprint, primaryLocationLineHash: `${fingerprint}:1` },
    ...(suppression === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: inertLine(suppression) }] }),
    properties,
  };
}

function physical({ file, line, column }: Location): { readonly physicalLocation: unknown } {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file), uriBaseId: '%SRCROOT%' },
      region: { startLine: Math.max(1, line), ...(column === undefined ? {} : { startColumn: Math.max(1, column) }) },
    },
  };
}

/** A relative URI reference (RFC 3986): a colon in the first segment would make it a scheme. */
function uriOf(file: string): string {
  const path = file.toWellFormed().replaceAll('\\', '/');
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Brackets would be links and `{0}` a placeholder (SARIF 2.1.0, 3.11.5 and 3.11.6). */
function messageText(text: string): string {
  return text.replaceAll(/[\\[\]]/g, String.raw`\$&`).replaceAll(/\{(\d+)\}/g, '{{$1}}');
}

function rulesOf(
  results: readonly Result[],
  reports: readonly Report[],
): readonly { readonly id: string; readonly meta: RuleMeta | undefined }[] {
  const known = new Map(reports.flatMap((report) => [...(report.rules ?? [])]));
  const ids = [...new Set(results.map((result) => result.ruleId))].sort();
  return ids.map((id) => ({ id, meta: id === inconclusiveRule ? inconclusiveMeta : known.get(id) }));
}

const inconclusiveMeta: RuleMeta = {
  severity: 'error',
  summary: 'Something could not be verified',
  why: 'Evidence that a check needs did not come. What is not proven does not pass.',
  fix: 'Run it again, repair the connection to the registry, or accept the missing evidence in the policy under `inconclusive`.',
  family: 'policy',
};

function ruleToSarif(id: string, meta: RuleMeta | undefined): unknown {
  if (meta === undefined) return { id };
  const { severity, summary, why, fix, incident, family } = meta;
  const seen = incident === undefined ? [] : [`Seen: ${incident}`];
  return {
    id,
    name: id.replaceAll(/(?:^|[/-])([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: messageText(summary) },
    fullDescription: { text: messageText(why) },
    help: {
      text: messageText([why, ...seen, `What to do: ${fix}`].join('\n\n')),
      markdown: [why, ...seen, `**What to do:** ${fix}`, `\`lockgate explain ${id}\` says more.`].join('\n\n'),
    },
    defaultConfiguration: { level: severity },
    properties: {
      tags: ['security', 'dependencies', family],
      precision: 'high',
      'problem.severity': { error: 'error', warning: 'warning', note: 'recommendation' }[severity],
    },
  };
}

function notificationsOf(report: Report): readonly unknown[] {
  return [
    notification('note', summaryLine(report)),
    ...groupInconclusive(report).map((group) =>
      notification(
        group.isAccepted ? 'note' : 'error',
        `${group.checks.join(', ')}: ${inertLine(group.detail)} (${inertLine(group.source)})`,
      ),
    ),
    ...[unexplainedDoubt(report) ?? []].flat().map((doubt) => notification('error', doubt)),
    ...report.notes.map((note) => notification('note', inertLine(note))),
  ];
}

function notification(level: 'error' | 'warning' | 'note', text: string): unknown {
  return { level, message: { text: messageText(text) } };
}

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
