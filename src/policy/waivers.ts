import type { RuleId } from '../model/finding.ts';
import type { AnyCheck, JsonSchema } from '../model/check.ts';
import type { Waiver } from '../model/policy.ts';
import { milliseconds } from '../model/units.ts';
import { type PolicyNode, entriesOf, itemsOf, textOf, wrong } from './document.ts';
import { readOption } from './options.ts';
import { didYouMean } from './suggest.ts';

/** The shape of one waiver, for validation and for the published JSON Schema. */
export const waiverSchema: JsonSchema = {
  type: 'object',
  description: 'A written permission: one rule, one package, for a limited time.',
  required: ['rule', 'package', 'versions', 'reason', 'owner', 'expires'],
  properties: {
    rule: { type: 'string', description: 'The exact rule id, e.g. source/git-dependency.' },
    package: { type: 'string', format: 'package-pattern', description: 'The exact package name, or @scope/* of an own scope.' },
    versions: { type: 'string', format: 'semver-range', description: 'A semver range; an exact version for age rules.' },
    integrity: { type: 'string', description: 'Holds only for these bytes: sha512-...' },
    path: { type: 'string', description: 'Holds only on this way from the root: name@version>name@version.' },
    reason: { type: 'string', minLength: 15, description: 'Why it is acceptable, in at least 15 characters.' },
    owner: { type: 'string', description: 'Who answers for it.' },
    ticket: { type: 'string', description: 'Where it was discussed.' },
    created: { type: 'string', format: 'date', description: 'The day it was written; the longest life is counted from it.' },
    expires: { type: 'string', format: 'date', description: 'The last day on which it holds: at most 90 days on, 14 for age rules.' },
  },
};

/** Rules about age pass by themselves within days: their waivers are short and exact. */
const ageRules = /^(release-age|new-package)\//;
const longestLife = { age: 14, other: 90 } as const;

/** Reads the list of waivers. A waiver for an unknown rule, without an end, or with too long a life is refused. */
export function readWaivers(node: PolicyNode, checks: readonly AnyCheck[], known: readonly string[]): readonly Waiver[] {
  return itemsOf(node).map((item) => readWaiver(item, [...checks.flatMap((check) => Object.keys(check.rules)), ...known]));
}

function readWaiver(node: PolicyNode, rules: readonly string[]): Waiver {
  const entries = entriesOf(node, Object.keys(waiverSchema.properties ?? {}));
  // Proven against the schema: required keys are there, dates are instants, the rest are texts.
  const value = readOption(node, waiverSchema) as {
    rule: string;
    package: string;
    versions: string;
    reason: string;
    owner: string;
    expires: number;
  } & Partial<Record<'integrity' | 'path' | 'ticket', string>> & { created?: number };
  const at = (key: string): PolicyNode => entries.get(key) ?? node;
  if (!rules.includes(value.rule)) {
    const near = didYouMean(value.rule, rules);
    throw wrong(
      at('rule'),
      `names no rule: ${JSON.stringify(value.rule)}`,
      near === undefined ? 'lockgate explain lists all rules' : `did you mean ${near}?`,
    );
  }
  const isAge = ageRules.test(value.rule);
  if (isAge && !/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/.test(value.versions)) {
    throw wrong(at('versions'), 'must be one exact version for an age rule', 'a range would cover the next fresh release as well');
  }
  const life = isAge ? longestLife.age : longestLife.other;
  if (value.created !== undefined && !(value.expires - value.created <= life * 86_400_000)) {
    throw wrong(
      at('expires'),
      `is more than ${life} days after ${textOf(at('created'))}`,
      `the longest life of this waiver is ${life} days`,
    );
  }
  return {
    rule: value.rule as RuleId, // it is in the list of rule ids
    package: value.package,
    versions: value.versions,
    reason: value.reason,
    owner: value.owner,
    expires: milliseconds(value.expires),
    location: node.location,
    ...(value.integrity === undefined ? {} : { integrity: value.integrity }),
    ...(value.path === undefined ? {} : { path: value.path }),
    ...(value.ticket === undefined ? {} : { ticket: value.ticket }),
    ...(value.created === undefined ? {} : { created: milliseconds(value.created - 86_400_000) }),
  };
}

/** The longest time from `now` that a waiver of this rule may last, in days. */
export function longestWaiver(rule: string): number {
  return ageRules.test(rule) ? longestLife.age : longestLife.other;
}
