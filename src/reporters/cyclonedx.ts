import type { Change } from '../model/change.ts';
import type { BomRef, Component } from '../model/component.ts';
import type { Finding } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';
import type { Report } from '../model/report.ts';
import { escapeInvisible } from './json-text.ts';
import type { Reporter } from './reporter.ts';
import { writeCycloneDX } from '../sbom/cyclonedx.ts';
import { lockgateProperties } from '../sbom/cyclonedx-terms.ts';
import type { Property } from '../sbom/entry-properties.ts';
import { mergeCycloneDX } from '../sbom/merge.ts';
import { unexplainedDoubt, worstVerdict } from './summary.ts';

/**
 * The SBOM of what was judged, with the decisions in it: the verdict on the root, and on each component what was decided and why.
 * In a run over a change, what the change does not touch is `unchanged`, which is no judgement.
 */
export const cyclonedx: Reporter = {
  id: 'cyclonedx',
  summary: 'CycloneDX 1.6 SBOM with the decisions as properties',
  render: write,
  renderAll: (reports) => {
    const [first] = reports;
    if (first === undefined || reports.length === 1) return reports.map(write).join('');
    const merged = mergeCycloneDX(
      reports.map((report) => ({ name: report.origin.path, text: write(report) })),
      {
        name: first.project.name || 'lockfiles',
        version: first.project.version || '0.0.0',
        tool: first.tool,
        timestamp: first.now,
        properties: [[lockgateProperties.verdict, worstVerdict(reports)]],
      },
    );
    return escapeInvisible(merged);
  },
};

function write(report: Report): string {
  const { inventory, tool, now } = report;
  if (inventory === undefined) throw new Error('a report without its inventory cannot be written as an SBOM');
  return escapeInvisible(writeCycloneDX(inventory, { tool, timestamp: now, annotate: annotator(report, inventory.root) }).text);
}

/** What was decided about each copy. Findings count for all copies of a package: the report unites them. */
function annotator(report: Report, root: Component): (copy: Component) => readonly Property[] {
  const findings = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    const { purl = '' } = finding.subject;
    findings.set(purl, [...(findings.get(purl) ?? []), finding]);
  }
  const unverified = new Map<string, string[]>();
  for (const outcome of report.outcomes) {
    if (outcome.result !== 'inconclusive') continue;
    const accepted = outcome.isAccepted ? 'accepted ' : '';
    unverified.set(outcome.subject, [...(unverified.get(outcome.subject) ?? []), `${accepted}${outcome.check}`]);
  }
  const changed = report.changes === undefined ? undefined : changedRefs(report.changes);
  return (copy) => {
    if (copy === root) return rootProperties(report);
    const own = findings.get(copy.purl) ?? [];
    const open = unverified.get(copy.bomRef) ?? [];
    return [
      [lockgateProperties.decision, decisionOf(copy, own, open, changed)],
      ...own.map((finding): Property => [lockgateProperties.finding, describe(finding)]),
      ...open.map((check): Property => [lockgateProperties.unverified, check]),
    ];
  };
}

function rootProperties(report: Report): readonly Property[] {
  const { verdict, origin, policyDigest, notes, findings } = report;
  const ofOthers = findings.filter((finding) => finding.subject.purl === undefined);
  return [
    [lockgateProperties.verdict, verdict],
    [lockgateProperties.lockfile, origin.path],
    [lockgateProperties.policy, policyDigest],
    ...[...notes, unexplainedDoubt(report) ?? []].flat().map((note): Property => [lockgateProperties.note, inertLine(note)]),
    ...ofOthers.map((finding): Property => [lockgateProperties.finding, describe(finding)]),
  ];
}

function decisionOf(
  copy: Component,
  findings: readonly Finding[],
  unverified: readonly string[],
  changed: ReadonlySet<BomRef> | undefined,
): string {
  if (copy.source.type === 'workspace') return 'own';
  if (findings.some(({ severity, waiver }) => severity === 'error' && waiver === undefined)) return 'fail';
  if (unverified.some((check) => !check.startsWith('accepted '))) return 'inconclusive';
  return changed === undefined || changed.has(copy.bomRef) ? 'pass' : 'unchanged';
}

function changedRefs(changes: readonly Change[]): ReadonlySet<BomRef> {
  return new Set(changes.flatMap((change) => (change.type === 'removed' ? [] : [change.after.bomRef])));
}

function describe({ rule, severity, message, waiver }: Finding): string {
  return `${waiver === undefined ? '' : 'waived '}${severity} ${rule}: ${inertLine(message)}`;
}
