import { createHash } from 'node:crypto';
import type { AnyCheck } from '../model/check.ts';
import type { Location } from '../model/component.ts';
import type { RuleId } from '../model/finding.ts';
import type { AcceptedInconclusive, AllowlistEntry, Baseline, Policy, RuleLevel, Waiver } from '../model/policy.ts';
import type { Milliseconds } from '../model/units.ts';
import { formatDate } from '../model/units.ts';
import { type PolicyNode, entriesOf, isEmpty, itemsOf, parsePolicyDocument, scalarOf, wrong } from './document.ts';
import { readOption } from './options.ts';
import { readRegistries } from './registries.ts';
import { allowlistSchema, inconclusiveSchema, ruleLevels, sections } from './schema.ts';
import { didYouMean } from './suggest.ts';
import { readTrusted } from './trusted.ts';
import { longestWaiver, readWaivers } from './waivers.ts';

/** What a policy may speak about: the checks, and rules that the engine judges itself. */
export interface PolicyVocabulary {
  readonly checks: readonly AnyCheck[];
  /** Rules outside any check, e.g. `waiver/unused`. */
  readonly engineRules: readonly string[];
  readonly now: Milliseconds;
}

/** The built-in defaults: what holds where no policy file is. */
export function defaultPolicy(vocabulary: PolicyVocabulary): Policy {
  return withDigest({
    rules: new Map(),
    options: new Map(vocabulary.checks.map((check) => [check.id, check.options.defaults])),
    waivers: [],
    accepted: [],
    registries: [],
    trusted: [],
    allowlists: new Map(),
    positions: new Map(),
    values: defaultValues(vocabulary.checks),
  });
}

/**
 * Reads a policy file over the defaults, or over the policy that it extends. Throws `GateError` (`policy-invalid`) with the
 * place, what must stand there and the nearest known word; nothing in the file is ignored.
 */
export function loadPolicy(text: string, path: string, vocabulary: PolicyVocabulary, parent: Policy = defaultPolicy(vocabulary)): Policy {
  const root = parsePolicyDocument(text, path);
  const entries = entriesOf(root, sections);
  readVersion(entries.get('version') ?? root);
  const positions = new Map(parent.positions);
  const values = new Map(parent.values);
  const section = (name: string): PolicyNode => entries.get(name) ?? { ...root, key: name, node: null };
  const waivers = readWaivers(section('waivers'), vocabulary.checks, vocabulary.engineRules);
  for (const waiver of waivers) {
    const life = longestWaiver(waiver.rule);
    if (!(waiver.expires - vocabulary.now <= (life + 1) * 86_400_000)) {
      throw wrong(
        { ...section('waivers'), location: waiver.location },
        `lasts too long: ${waiver.rule} for ${waiver.package}`,
        `expires may be ${formatDate(vocabulary.now + life * 86_400_000)} at the latest`,
      );
    }
  }
  return withDigest({
    rules: new Map([...parent.rules, ...readRules(section('rules'), vocabulary, positions, values)]),
    options: readChecks(section('checks'), vocabulary.checks, positions, values, parent),
    waivers: [...parent.waivers, ...waivers],
    accepted: [...parent.accepted, ...readInconclusive(section('inconclusive'), vocabulary.checks)],
    registries: [...parent.registries, ...readRegistries(section('registries'))],
    trusted: [...(parent.trusted ?? []), ...readTrusted(section('trusted'))],
    allowlists: withOwn(parent.allowlists, readAllowlists(section('allowlists'), path)),
    positions,
    values,
    path,
  });
}

/** Both lists under each name, the parent's first. */
function withOwn(
  parent: ReadonlyMap<string, readonly AllowlistEntry[]>,
  own: ReadonlyMap<string, readonly AllowlistEntry[]>,
): ReadonlyMap<string, readonly AllowlistEntry[]> {
  return new Map(
    [...new Set([...parent.keys(), ...own.keys()])].map((name) => [name, [...(parent.get(name) ?? []), ...(own.get(name) ?? [])]]),
  );
}

function readVersion(node: PolicyNode): void {
  if (node.key !== 'version') throw wrong(node, 'does not say its version', 'start it with: version: 1');
  if (scalarOf(node) !== 1) throw wrong(node, 'must be 1', 'this Lockgate knows version 1 of the policy format');
}

function readRules(
  node: PolicyNode,
  vocabulary: PolicyVocabulary,
  positions: Map<string, Location>,
  values: Map<string, string>,
): ReadonlyMap<RuleId, RuleLevel> {
  const known = [...vocabulary.checks.flatMap((check) => Object.keys(check.rules)), ...vocabulary.engineRules];
  const rules = new Map<RuleId, RuleLevel>();
  for (const [rule, entry] of entriesOf(node, known)) {
    const level = readOption(entry, { type: 'string', enum: ruleLevels }) as RuleLevel; // one of the enum
    rules.set(rule as RuleId, level); // one of the known ids
    positions.set(entry.key, entry.location);
    values.set(entry.key, level);
  }
  return rules;
}

function readChecks(
  node: PolicyNode,
  checks: readonly AnyCheck[],
  positions: Map<string, Location>,
  values: Map<string, string>,
  parent: Policy,
): ReadonlyMap<string, unknown> {
  const configurable = checks.filter((check) => Object.keys(check.options.properties).length > 0);
  const entries = entriesOf(
    node,
    configurable.map((check) => check.id),
  );
  return new Map(
    checks.map((check) => {
      const entry = entries.get(check.id);
      const inherited = parent.options.get(check.id) ?? check.options.defaults;
      if (entry === undefined) return [check.id, inherited];
      for (const option of entriesOf(entry, Object.keys(check.options.properties)).values()) {
        positions.set(option.key, option.location);
        values.set(option.key, isEmpty(option) ? '' : String(option.node?.toJSON() ?? ''));
      }
      const given = readOption(entry, { type: 'object', properties: check.options.properties });
      // Both are objects of the check's own options: its defaults, and what its schema has proven.
      return [check.id, { ...(inherited as object), ...(given as object) }];
    }),
  );
}

function readInconclusive(node: PolicyNode, checks: readonly AnyCheck[]): readonly AcceptedInconclusive[] {
  const accept = entriesOf(node, ['accept']).get('accept');
  if (accept === undefined) return [];
  const known = ['*', ...checks.map((check) => check.id)];
  return itemsOf(accept).flatMap((item) => {
    const value = readOption(item, inconclusiveSchema) as { check?: string; checks?: string[]; registry?: string; reason: string }; // proven by its schema
    const ids = [...(value.check === undefined ? [] : [value.check]), ...(value.checks ?? [])];
    if (ids.length === 0)
      throw wrong(item, 'names no check', 'write check: registry-signature, or checks: [registry-signature, provenance]');
    return ids.map((id) => {
      const near = didYouMean(id, known);
      if (!known.includes(id))
        throw wrong(item, `names no check: ${JSON.stringify(id)}`, near === undefined ? undefined : `did you mean ${near}?`);
      return { check: id, registry: value.registry ?? '*', reason: value.reason, location: item.location };
    });
  });
}

function readAllowlists(node: PolicyNode, path: string): ReadonlyMap<string, readonly AllowlistEntry[]> {
  return new Map(
    [...entriesOf(node, ['install-scripts'])].map(([name, list]) => [
      name,
      itemsOf(list).map((item) => {
        const value = readOption(item, allowlistSchema) as { package: string; reason: string }; // proven by its schema
        return { ...value, source: `${path}:${item.location.line}` };
      }),
    ]),
  );
}

function defaultValues(checks: readonly AnyCheck[]): ReadonlyMap<string, string> {
  return new Map(
    checks.flatMap((check) =>
      Object.entries(check.options.properties).flatMap(([name, schema]): [string, string][] =>
        schema.default === undefined
          ? []
          : [[`checks.${check.id}.${name}`, typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)]],
      ),
    ),
  );
}

/** The policy with a baseline beside it: another effective policy, so another digest. */
export function withBaseline(policy: Policy, baseline: Baseline): Policy {
  return withDigest({ ...policy, baseline });
}

/** The policy with further waivers, e.g. for one run alone. */
export function withWaivers(policy: Policy, waivers: readonly Waiver[]): Policy {
  return withDigest({ ...policy, waivers: [...policy.waivers, ...waivers] });
}

function withDigest(policy: Omit<Policy, 'digest'>): Policy {
  const { rules, options, waivers, accepted, registries, trusted, allowlists, baseline } = policy;
  const effective = [
    [...rules],
    [...options],
    waivers,
    accepted,
    registries,
    trusted ?? [],
    [...allowlists],
    baseline?.created ?? null,
    [...(baseline?.entries ?? [])],
  ];
  return { ...policy, digest: createHash('sha256').update(JSON.stringify(effective)).digest('hex') };
}
