import { createHash } from 'node:crypto';
import semver from 'semver';
import type { AnyCheck } from '../model/check.ts';
import { formatHash } from '../model/integrity.ts';
import type { Component, Location } from '../model/component.ts';
import type { Finding, FindingDraft } from '../model/finding.ts';
import type { RuleMeta } from '../model/check.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Baseline, Policy, Waiver } from '../model/policy.ts';
import type { Milliseconds } from '../model/units.ts';
import { formatDate } from '../model/units.ts';

type WaiverRule = 'waiver/baseline-stale' | 'waiver/expired' | 'waiver/unused' | 'waiver/refused';

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
  'waiver/baseline-stale': {
    severity: 'note',
    summary: 'A finding of the baseline that is gone, or whose baseline has ended',
    why: 'A baseline may only shrink. What is gone should leave it, so that it cannot come back unseen.',
    fix: 'Write the baseline again: lockgate init --baseline takes out what is gone and takes nothing new in.',
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
  readonly drafts: readonly WaiverDraft[];
}

/** A finding about a permission; its first location is where the permission stands. */
export type WaiverDraft = FindingDraft & { readonly locations: readonly [Location, ...Location[]] };

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
    const waiver =
      options.policy.waivers.find((candidate) => isValid(candidate, options.now) && covers(candidate, finding, options.inventory)) ??
      baselineWaiver(finding, options.policy.baseline, options.now);
    if (waiver === undefined) return finding;
    used.add(waiver);
    return { ...finding, waiver };
  });
  const drafts = options.policy.waivers.flatMap((waiver) => {
    const draft = absolute.has(waiver.rule)
      ? refused(waiver)
      : !isValid(waiver, options.now)
        ? expired(waiver)
        : options.isComplete && !used.has(waiver) && isJudged(waiver.rule, options)
          ? unused(waiver)
          : undefined;
    return draft === undefined ? [] : [draft];
  });
  return { findings: marked, drafts: [...drafts, ...staleBaseline(findings, options)] };
}

/** A run that reads no tarballs has no findings about them: that says nothing about a permission for one. */
function isJudged(rule: string, { checks }: WaiveOptions): boolean {
  return Object.hasOwn(waiverRules, rule) || checks.some((check) => Object.hasOwn(check.rules, rule));
}

/** One finding for all entries that have had their day: a baseline is worked off in one go. */
function staleBaseline(findings: readonly Finding[], options: WaiveOptions): readonly WaiverDraft[] {
  const { policy, isComplete, now } = options;
  const { baseline } = policy;
  if (baseline === undefined || !isComplete) return [];
  const present = new Set(findings.map((finding) => finding.fingerprint));
  const gone = [...baseline.entries]
    .filter(([fingerprint, { rule }]) => !present.has(fingerprint) && isJudged(rule, options))
    .map(([, entry]) => entry);
  const [first] = gone;
  const isOver = !isInForce(baseline, now);
  if (first === undefined && !isOver) return [];
  const message = isOver
    ? `the baseline of ${formatDate(baseline.created)} ${now < baseline.created ? 'is dated in the future' : 'has ended'} and covers nothing`
    : `${gone.length} of ${baseline.entries.size} findings of the baseline are gone`;
  return [
    {
      rule: 'waiver/baseline-stale',
      message,
      facts: gone.slice(0, 5).map((entry) => ({ label: 'gone', value: `${entry.rule} ${entry.subject}`, source: baseline.path })),
      help: ['write it again: lockgate init --baseline'],
      locations: [first?.location ?? { file: baseline.path, line: 1 }],
    },
  ];
}

/** The permission that a baseline gives: for exactly this finding, until the baseline ends. */
function baselineWaiver(finding: Finding, baseline: Baseline | undefined, now: Milliseconds): Waiver | undefined {
  const entry = baseline?.entries.get(finding.fingerprint);
  if (baseline === undefined || entry === undefined || entry.rule !== finding.rule || !isInForce(baseline, now)) return undefined;
  return {
    rule: finding.rule,
    package: finding.subject.name ?? finding.subject.label,
    versions: finding.subject.version ?? '*',
    reason: `known since the baseline of ${formatDate(baseline.created)}`,
    owner: 'the baseline',
    expires: baseline.expires,
    location: entry.location,
  };
}

/** Its life is counted from its date: one in the future would make it endless. */
function isInForce({ created, expires }: Baseline, now: Milliseconds): boolean {
  return created <= now && now < expires;
}

function isValid(waiver: Waiver, now: Milliseconds): boolean {
  return now < waiver.expires;
}

function covers(waiver: Waiver, finding: Finding, inventory: Inventory): boolean {
  const { name = finding.subject.label, version, bomRef } = finding.subject;
  if (waiver.rule !== finding.rule || !isSamePackage(waiver.package, name)) return false;
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

function expired(waiver: Waiver): WaiverDraft {
  return draftOf(
    'waiver/expired',
    waiver,
    `the waiver of ${waiver.rule} for ${waiver.package}@${waiver.versions} ended on ${formatDate(waiver.expires)}`,
  );
}

function unused(waiver: Waiver): WaiverDraft {
  return draftOf('waiver/unused', waiver, `the waiver of ${waiver.rule} for ${waiver.package}@${waiver.versions} matches nothing`);
}

function refused(waiver: Waiver): WaiverDraft {
  return draftOf('waiver/refused', waiver, `${waiver.rule} cannot be waived, and ${waiver.package}@${waiver.versions} asks for it`);
}

function draftOf(rule: WaiverRule, waiver: Waiver, message: string): WaiverDraft {
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
