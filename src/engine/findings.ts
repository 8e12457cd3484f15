import { createHash } from 'node:crypto';
import type { AnyCheck, Subject } from '../model/check.ts';
import { type BomRef, type Component, type Location, labelOf } from '../model/component.ts';
import type { Finding, FindingDraft, FindingSubject, PolicyReference, Severity } from '../model/finding.ts';
import { type Inventory, ownComponents } from '../model/inventory.ts';
import type { Policy } from '../model/policy.ts';
import { pathInTree, shortestPathTree } from '../model/reachability.ts';
import { componentOf } from './plan.ts';

/** Turns drafts into findings: subject, place, way from the root, the policy line that decided, fingerprint. */
export interface FindingWriter {
  readonly write: (check: AnyCheck, subject: Subject, draft: FindingDraft) => Finding;
}

export function createFindingWriter(inventory: Inventory, policy: Policy): FindingWriter {
  let tree: ReadonlyMap<BomRef, BomRef> | undefined;
  const pathOf = (component: Component): readonly string[] => {
    tree ??= shortestPathTree(
      inventory.root.bomRef,
      inventory.edges,
      ownComponents(inventory).map((member) => member.bomRef),
    );
    return pathInTree(inventory.root.bomRef, tree, component.bomRef).map((ref) => labelOf(inventory.components.get(ref) ?? inventory.root));
  };
  return {
    write: (check, subject, draft) => {
      const component = componentOf(subject);
      const about = subjectOf(subject, inventory);
      const reference = policyReference(draft, policy);
      return {
        rule: draft.rule,
        severity: draftedSeverity(check, draft, policy),
        subject: about,
        message: draft.message,
        facts: draft.facts ?? [],
        counterFacts: draft.counterFacts ?? [],
        help: draft.help ?? [],
        locations: [...(component === undefined ? [] : [component.location]), ...(draft.locations ?? [])],
        path: component === undefined ? [] : pathOf(component),
        ...(reference === undefined ? {} : { policy: reference }),
        fingerprint: fingerprintOf(draft, about, component),
        levelReasons: [],
        ...(draft.passesAt === undefined ? {} : { passesAt: draft.passesAt }),
        ...(draft.fixVersion === undefined ? {} : { fixVersion: draft.fixVersion }),
      };
    },
  };
}

/** The level of a finding by itself, before others agree with it or facts speak against it. */
export function draftedSeverity(check: AnyCheck, draft: FindingDraft, policy: Policy): Severity {
  return policySeverity(policy, draft) ?? draft.severity ?? check.rules[draft.rule]?.severity ?? 'error';
}

/** A short, stable name of a subject for outcomes. */
export function subjectLabel(subject: Subject, inventory: Inventory): string {
  const component = componentOf(subject);
  if (component !== undefined) return component.bomRef;
  return subject.kind === 'document' ? subject.path : inventory.origin.path;
}

function subjectOf(subject: Subject, inventory: Inventory): FindingSubject {
  const component = componentOf(subject);
  if (component === undefined) return { kind: subject.kind, label: subject.kind === 'document' ? subject.path : inventory.origin.path };
  const { name, version, purl, bomRef } = component;
  return { kind: subject.kind, label: labelOf(component), name, version, purl, bomRef };
}

function policySeverity(policy: Policy, draft: FindingDraft): Severity | undefined {
  const level = policy.rules.get(draft.rule);
  return level === 'off' ? undefined : level;
}

/** The policy line that decided: the rule's own level first, else the option that the check named. */
function policyReference(draft: FindingDraft, policy: Policy): PolicyReference | undefined {
  const key = policy.rules.has(draft.rule) ? `rules.${draft.rule}` : draft.policyKey;
  if (key === undefined) return undefined;
  const location = policy.positions.get(key);
  const value = policy.values.get(key) ?? '';
  return { key, value, ...(location === undefined ? {} : { location }) };
}

/** Same rule, same package version with the same bytes, same thing found: the same fingerprint, whatever the line or the day. */
function fingerprintOf(draft: FindingDraft, subject: FindingSubject, component: Component | undefined): string {
  const bytes = component?.integrity?.[0].digest ?? '';
  return createHash('sha256')
    .update(JSON.stringify([draft.rule, subject.label, draft.key ?? '', bytes]))
    .digest('hex')
    .slice(0, 32);
}

/** One finding for all copies of one package: places are united, and the worst copy speaks: no waived or direct one hides another. */
export function unite(findings: readonly Finding[]): readonly Finding[] {
  const united = new Map<string, Finding>();
  for (const finding of findings) {
    const known = united.get(finding.fingerprint) ?? finding;
    const [worst, other] = isWorse(finding, known) ? [finding, known] : [known, finding];
    united.set(finding.fingerprint, { ...worst, locations: uniqueLocations([...worst.locations, ...other.locations]) });
  }
  return [...united.values()].sort(bySeverityRuleSubject);
}

function isWorse(a: Finding, b: Finding): boolean {
  const isOpen = (finding: Finding): boolean => finding.waiver === undefined;
  return isOpen(a) === isOpen(b) ? order[a.severity] < order[b.severity] : isOpen(a);
}

const order: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

function bySeverityRuleSubject(a: Finding, b: Finding): number {
  return (
    order[a.severity] - order[b.severity] ||
    compareCodeUnits(a.rule, b.rule) ||
    compareCodeUnits(a.subject.label, b.subject.label) ||
    compareCodeUnits(a.fingerprint, b.fingerprint)
  );
}

function compareCodeUnits(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function uniqueLocations(locations: readonly Location[]): readonly Location[] {
  return [...new Map(locations.map((location) => [`${location.file}:${location.line}`, location])).values()];
}
