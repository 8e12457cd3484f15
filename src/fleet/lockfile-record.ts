import { createHash } from 'node:crypto';
import type { BomRef, Component } from '../model/component.ts';
import type { Finding, Severity } from '../model/finding.ts';
import { type Inventory, ownComponents } from '../model/inventory.ts';
import type { Counts, Report, Verdict } from '../model/report.ts';
import { groupInconclusive } from '../reporters/inconclusive-groups.ts';
import type { FindingRecord, InconclusiveRecord, LockfileRecord, PackageRecord } from './audit-record.ts';

/** One gate's report, and what its findings say in addition where no gate before it has them. */
export interface GateReport {
  readonly report: Report;
  readonly help?: string;
}

/**
 * What is stored of a lockfile that several gates have judged: the strictest of it all. The worst verdict decides; a finding counts as
 * waived only where every gate that found it has it waived, and weighs what the strictest gate says.
 */
export function lockfileRecord(repository: string, inventory: Inventory, reports: readonly GateReport[]): LockfileRecord {
  const [first] = reports;
  if (first === undefined) throw new TypeError('a lockfile that no gate has judged has no record');
  const findings = strictest(reports);
  return {
    repository,
    lockfile: inventory.origin.path,
    format: inventory.origin.format,
    digest: inventory.origin.digest,
    policyDigest: digestOf(reports.map(({ report }) => report.policyDigest)),
    verdict: worst(reports.map(({ report }) => report.verdict)),
    counts: countsOf(
      reports.map(({ report }) => report.counts),
      findings,
    ),
    findings,
    inconclusive: inconclusiveOf(reports),
    packages: packagesOf(inventory, first.report),
  };
}

function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

/** Judgements are added up, gate by gate; findings are counted as they are stored. */
function countsOf(counts: readonly Counts[], findings: readonly FindingRecord[]): Counts {
  const sum = (name: keyof Counts): number => counts.reduce((total, one) => total + one[name], 0);
  const unwaived = findings.filter(({ waiver }) => waiver === undefined);
  const of = (severity: Severity): number => unwaived.filter((finding) => finding.severity === severity).length;
  return {
    components: Math.max(...counts.map(({ components }) => components)),
    checks: Math.max(...counts.map(({ checks }) => checks)),
    expected: sum('expected'),
    pass: sum('pass'),
    fail: sum('fail'),
    inconclusive: sum('inconclusive'),
    notApplicable: sum('notApplicable'),
    errors: of('error'),
    warnings: of('warning'),
    notes: of('note'),
    waived: findings.length - unwaived.length,
  };
}

const weights: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Each finding once, as the gate sees it that is strictest about it. */
function strictest(reports: readonly GateReport[]): readonly FindingRecord[] {
  const kept = new Map<string, FindingRecord>();
  for (const { report, help } of reports) {
    for (const finding of report.findings) {
      const record = findingRecord(finding, report.origin.path);
      const known = kept.get(record.fingerprint);
      if (known !== undefined && !isStricter(record, known)) continue;
      kept.set(record.fingerprint, help === undefined ? record : { ...record, help: [...record.help, help] });
    }
  }
  const key = ({ severity, rule, subject, fingerprint }: FindingRecord): string =>
    JSON.stringify([weights[severity], rule, subject, fingerprint]);
  return [...kept.values()]
    .map((finding) => [key(finding), finding] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, finding]) => finding);
}

function isStricter(finding: FindingRecord, than: FindingRecord): boolean {
  const isOpen = finding.waiver === undefined;
  if (isOpen !== (than.waiver === undefined)) return isOpen;
  return weights[finding.severity] < weights[than.severity];
}

function findingRecord(
  { fingerprint, rule, severity, subject, message, path, help, waiver, locations }: Finding,
  lockfile: string,
): FindingRecord {
  const place = locations.find(({ file }) => file === lockfile);
  return {
    fingerprint,
    rule,
    severity,
    subject: subject.label,
    message,
    path: path.map(nameIn),
    ...(place === undefined ? {} : { line: place.line }),
    help,
    ...(waiver === undefined ? {} : { waiver: { owner: waiver.owner, reason: waiver.reason, expires: waiver.expires } }),
  };
}

/** The name in a label such as `@acme/ui@2.0.0`. */
function nameIn(label: string): string {
  const at = label.lastIndexOf('@');
  return at > 0 ? label.slice(0, at) : label;
}

/** What could not be judged, each cause once for each check, whichever gate asked. */
function inconclusiveOf(reports: readonly GateReport[]): readonly InconclusiveRecord[] {
  const records = new Map<string, InconclusiveRecord>();
  for (const { report } of reports) {
    for (const { checks, reason, source, detail, subjects, isAccepted } of groupInconclusive(report)) {
      for (const check of checks) {
        const record = { check, reason, source, detail, subjects: subjects.length, isAccepted };
        records.set(JSON.stringify([check, reason, source, detail, isAccepted]), record);
      }
    }
  }
  return [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}

/** Third-party copies, by name, version and way. */
function packagesOf(inventory: Inventory, report: Report): readonly PackageRecord[] {
  const pathOf = shortestPaths(inventory);
  const direct = new Set(ownComponents(inventory).flatMap(({ bomRef }) => (inventory.edges.get(bomRef) ?? []).map(({ to }) => to)));
  return [...inventory.components.values()]
    .filter(({ source }) => source.type !== 'workspace')
    .map((component): PackageRecord => {
      const facts = report.packages?.get(component.bomRef);
      return {
        name: component.name,
        version: component.version,
        isDirect: direct.has(component.bomRef),
        scope: component.scope,
        path: pathOf(component),
        ...(facts?.licence === undefined ? {} : { licence: facts.licence.text }),
        ...(facts?.publishedAt === undefined ? {} : { publishedAt: facts.publishedAt }),
      };
    })
    .map((record) => [JSON.stringify([record.name, record.version, record.path]), record] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, record]) => record);
}

/** The longest way that is kept whole; longer ones lose their middle. */
const longestWay = 30;

/** One shortest way from the root to every copy, breadth first: equal lockfiles get equal ways. */
function shortestPaths(inventory: Inventory): (component: Component) => readonly string[] {
  const parents = new Map<BomRef, BomRef | undefined>([[inventory.root.bomRef, undefined]]);
  // What nothing leads to from the root may still hang together: a workspace member is a beginning of its own.
  for (const start of ownComponents(inventory)) {
    if (!parents.has(start.bomRef)) parents.set(start.bomRef, inventory.root.bomRef);
  }
  const queue: BomRef[] = [...parents.keys()];
  for (let at = 0; at < queue.length; at += 1) {
    const from = queue[at];
    if (from === undefined) break;
    for (const { to } of inventory.edges.get(from) ?? []) {
      if (parents.has(to)) continue;
      parents.set(to, from);
      queue.push(to);
    }
  }
  const nameOf = (ref: BomRef): string =>
    ref === inventory.root.bomRef ? inventory.root.name : (inventory.components.get(ref)?.name ?? '');
  return (component) => {
    if (!parents.has(component.bomRef)) return [inventory.root.name, component.name];
    const names: string[] = [];
    for (let ref: BomRef | undefined = component.bomRef; ref !== undefined; ref = parents.get(ref)) names.push(nameOf(ref));
    const path = names.reverse();
    return path.length <= longestWay ? path : [...path.slice(0, longestWay - 2), '…', ...path.slice(-1)];
  };
}

function digestOf(digests: readonly string[]): string {
  const [only, ...more] = digests;
  if (only !== undefined && more.length === 0) return only;
  return createHash('sha256').update(JSON.stringify(digests)).digest('hex');
}
