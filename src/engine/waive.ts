import { createHash } from 'node:crypto';
import semver from 'semver';
import type { AnyCheck } from '../model/check.ts';
import { formatHash } from '../model/integrity.ts';
import type { Component } from '../model/component.ts';
import type { Finding, FindingDraft } from '../model/finding.ts';
import type { RuleMeta } from '../model/check.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Policy, Waiver } from '../model/policy.ts';
import type { Milliseconds } from '../model/units.ts';
import { formatDate } from '../model/units.ts';

type WaiverRule = 'waiver/expired' | 'waiver/unused' | 'waiver/refused';

/** The rules about waivers themselves; the engine judges them, since only it knows which waivers were used. */
export const waiverRules: Readonly<Record<WaiverRule, RuleMeta>> = {
  'waiver/expired': {
    severity: 'warning',
    summary: 'A waiver whose end date has passed',
    why: 'A permission that has ended permits nothing: the finding that it covered is back, and the entry is dead weight that hides what is really allowed.',
    fix: 'Remove the entry, or decide again and write a new one with a new reason and date.',
    family: 'policy',
  },
  'waiver/unused': {
    severity: 'warning',
    summary: 'A waiver that matches nothing any more',
    why: 'The finding is gone: the package left, the version moved, or its bytes changed. A permission without a subject would silently cover the next one.',
    fix: 'Remove the entry.',
    family: 'policy',
  },
  'waiver/refused': {
    severity: 'error',
    summary: 'A waiver for a rule that nobody may waive',
    why: 'Known malware and forged content are refused whatever a policy says.',
    fix: 'Remove the entry and the package.',
    family: 'policy',
  },
};

export interface WaivedFindings {
  readonly findings: readonly Finding[];
  /** What is wrong with the waivers themselves. */
  readonly drafts: readonly (FindingDraft & { readonly waiver: Waiver })[];
}

export interface WaiveOptions {
  readonly policy: Policy;
  readonly inventory: Inventory;
  readonly checks: readonly AnyCheck[];
  readonly now: Milliseconds;
  /** Whether every component was judged: only then can a waiver be called unused. */
  readonly isComplete: boolean;
}

/** Marks the findings that a waiver covers; never removes one. Ended, unused and refused waivers become findings. */
export function waive(findings: readonly Finding[], options: WaiveOptions): WaivedFindings {
  const absolute = new Set(
    options.checks.flatMap((check) => Object.entries(check.rules).flatMap(([rule, meta]) => (meta.isAbsolute === true ? [rule] : []))),
  );
  const used = new Set<Waiver>();
  const marked = findings.map((finding) => {
    if (absolute.has(finding.rule)) return finding;
    const waiver = options.policy.waivers.find(
      (candidate) => isValid(candidate, options.now) && covers(candidate, finding, options.inventory),
    );
    if (waiver === undefined) return finding;
    used.add(waiver);
    return { ...finding, waiver };
  });
  const drafts = options.policy.waivers.flatMap((waiver) => {
    const draft = absolute.has(waiver.rule)
      ? refused(waiver)
      : !isValid(waiver, options.now)
        ? expired(waiver)
        : options.isComplete && !used.has(waiver)
          ? unused(waiver)
          : undefined;
    return draft === undefined ? [] : [{ ...draft, waiver }];
  });
  return { findings: marked, drafts };
}

function isValid(waiver: Waiver, now: Milliseconds): boolean {
  return now < waiver.expires;
}

function covers(waiver: Waiver, finding: Finding, inventory: Inventory): boolean {
  const { name, version, bomRef } = finding.subject;
  if (waiver.rule !== finding.rule || name === undefined || !isSamePackage(waiver.package, name)) return false;
  if (!isInRange(version ?? '', waiver.versions)) return false;
  if (waiver.path !== undefined && waiver.path !== finding.path.join('>') && !finding.path.join('>').endsWith(`>${waiver.path}`))
    return false;
  return (
    waiver.integrity === undefined || hasIntegrity(bomRef === undefined ? undefined : inventory.components.get(bomRef), waiver.integrity)
  );
}

/** Exact, or every package of one scope where the policy says `@scope/*`. */
function isSamePackage(pattern: string, name: string): boolean {
  return pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function isInRange(version: string, range: string): boolean {
  return version === range || range === '*' || semver.satisfies(version, range, { includePrerelease: true });
}

function hasIntegrity(component: Component | undefined, integrity: string): boolean {
  return component?.integrity?.some((hash) => formatHash(hash) === integrity) ?? false;
}

function expired(waiver: Waiver): FindingDraft {
  return draftOf(
    'waiver/expired',
    waiver,
    `the waiver of ${waiver.rule} for ${waiver.package}@${waiver.versions} ended on ${formatDate(waiver.expires)}`,
  );
}

function unused(waiver: Waiver): FindingDraft {
  return draftOf('waiver/unused', waiver, `the waiver of ${waiver.rule} for ${waiver.package}@${waiver.versions} matches nothing`);
}

function refused(waiver: Waiver): FindingDraft {
  return draftOf('waiver/refused', waiver, `${waiver.rule} cannot be waived, and ${waiver.package}@${waiver.versions} asks for it`);
}

function draftOf(rule: WaiverRule, waiver: Waiver, message: string): FindingDraft {
  return {
    rule,
    key: createHash('sha256')
      .update(JSON.stringify([waiver.rule, waiver.package, waiver.versions, waiver.path ?? '']))
      .digest('hex'),
    message,
    facts: [
      { label: 'reason given', value: waiver.reason, source: 'policy' },
      { label: 'owner', value: waiver.owner, source: 'policy' },
    ],
    help: [waiverRules[rule].fix],
    locations: [waiver.location],
  };
}
