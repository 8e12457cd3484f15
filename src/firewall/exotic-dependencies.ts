import { type ExoticSpec, exoticSpec } from '../clients/exotic-spec.ts';
import { isRecord } from '../model/json.ts';
import type { Policy, Waiver } from '../model/policy.ts';
import type { Milliseconds } from '../model/units.ts';
import { type ManifestPlaces, type OpenPackument, installedFields } from './open-packument.ts';

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
  return installedFields.flatMap((field) => {
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
  for (const version of packument.versions.keys()) {
    const reason = exoticReason(exoticDependencies(unusualIn(packument.body, packument.places(version))), policy, now);
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

/** Of a manifest's dependencies those fields in which anything is no plain range: nothing else becomes an object. */
function unusualIn(body: Buffer, { dependencies }: ManifestPlaces): Readonly<Record<string, unknown>> {
  const fields = dependencies.filter(({ span }) => unusual.test(body.toString('latin1', ...span)));
  return Object.fromEntries(fields.map(({ field, span }) => [field, JSON.parse(body.toString('utf8', ...span)) as unknown]));
}

/** A text value with an address, a path, an archive's name or an escape in it, or one of dots; no plain range has or is any. */
const unusual = /:\s*"(?:[^"]*(?:[:/\\]|\.t)|\s*\.{1,2}\s*")/i;
