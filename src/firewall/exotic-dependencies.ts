import { type ExoticSpec, exoticSpec } from '../clients/exotic-spec.ts';
import { isRecord } from '../collectors/packument-release.ts';
import { type Span, scanMembers } from '../collectors/json-bytes.ts';
import type { Policy, Waiver } from '../model/policy.ts';
import type { Milliseconds } from '../model/units.ts';
import type { OpenPackument } from './packument-filter.ts';

/** A dependency of a package that no registry vouches for. */
export interface ExoticDependency {
  readonly name: string;
  readonly spec: ExoticSpec;
}

/**
 * What a version makes its users fetch past this firewall: git is asked by clients themselves, and npm 11 and older run what it brings
 * while they resolve.
 * @param manifest as the registry lists it
 */
export function exoticDependencies(manifest: unknown): readonly ExoticDependency[] {
  if (!isRecord(manifest)) return [];
  return installed.flatMap((field) => {
    const dependencies = manifest[field];
    if (!isRecord(dependencies)) return [];
    return Object.entries(dependencies).flatMap(([name, range]) => {
      const spec = typeof range === 'string' ? exoticSpec(range) : undefined;
      return spec === undefined ? [] : [{ name, spec }];
    });
  });
}

/** Why a version with these may not be had, in one sentence; undefined where it has none or the policy permits each. */
export function exoticReason(dependencies: readonly ExoticDependency[], policy: Policy, now: Milliseconds): string | undefined {
  const refused = dependencies.find(({ name, spec }) => !isPermitted({ rule: spec.rule, name }, policy, now));
  return refused && `it depends on ${refused.name}, which would be taken from ${refused.spec.origin} (${refused.spec.rule})`;
}

/** The versions of a document that may not be had for that, with the reason. */
export function exoticVersions(packument: OpenPackument, policy: Policy, now: Milliseconds): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const [version, span] of packument.versions) {
    const reason = exoticReason(exoticDependencies(dependenciesIn(packument.body, span)), policy, now);
    if (reason !== undefined) reasons.set(version, reason);
  }
  return reasons;
}

/** Whether the policy lets a dependency of this kind in, by its level or by a waiver for that name. */
export function isPermitted(
  { rule, name }: { readonly rule: ExoticSpec['rule']; readonly name: string },
  policy: Policy,
  now: Milliseconds,
): boolean {
  const level = policy.rules.get(rule);
  if (level !== undefined && level !== 'error') return true;
  return policy.waivers.some((waiver) => waiver.rule === rule && now < waiver.expires && covers(waiver, name));
}

/** What is permitted is permitted by name; which commit or bytes come of it is judged once a lockfile names them. */
function covers({ package: pattern }: Waiver, name: string): boolean {
  return pattern.endsWith('/*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

/** What clients install along with a package; what they need to build it is nobody's who installs it. */
const installed = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** The few fields of a manifest that matter here, and of them those that are no plain ranges: nothing else becomes an object. */
function dependenciesIn(body: Buffer, [start]: Span): Readonly<Record<string, unknown>> {
  const members = scanMembers(body, start);
  const found = installed.flatMap((field) => {
    const span = members?.get(field);
    if (span === undefined || !unusual.test(body.toString('latin1', ...span))) return [];
    return [[field, JSON.parse(body.toString('utf8', ...span)) as unknown] as const];
  });
  return Object.fromEntries(found);
}

/** A text value with an address, a path, an archive's name or an escape in it; no plain range has any. */
const unusual = /:\s*"[^"]*(?:[:/\\]|\.t)/i;
