import semver from 'semver';
import type { JsonSchema, OptionsSchema } from '../model/check.ts';
import type { Component, Scope } from '../model/component.ts';
import { coversPackage } from '../model/package-pattern.ts';
import { parseExpression } from '../licences/expression.ts';
import { type LicencePolicy, readLicencePolicy } from '../licences/policy.ts';

/** Further licences for one package, for a limited time. */
export interface LicenceException {
  readonly package: string;
  readonly versions: string;
  readonly allow: readonly string[];
  readonly reason: string;
  /** The first instant at which it no longer holds. */
  readonly expires: number;
}

/** What a person found a package's licence to be, as long as the file that says so has exactly these bytes. */
export interface LicenceClarification {
  readonly package: string;
  readonly versions: string;
  readonly licence: string;
  readonly file: string;
  readonly sha256: string;
  readonly reason: string;
}

export interface LicenceOptions {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
  readonly 'allow-dev': readonly string[];
  readonly 'allow-optional': readonly string[];
  readonly 'allow-peer': readonly string[];
  readonly 'with-exceptions': 'explicit' | 'base-implies';
  readonly 'legacy-arrays': 'or' | 'review';
  readonly exceptions: readonly LicenceException[];
  readonly clarifications: readonly LicenceClarification[];
}

/** The options of the check `licence`. Without any list nothing is judged as not allowed. */
export const licenceOptions: OptionsSchema<LicenceOptions> = {
  defaults: {
    allow: [],
    deny: [],
    'allow-dev': [],
    'allow-optional': [],
    'allow-peer': [],
    'with-exceptions': 'explicit',
    'legacy-arrays': 'or',
    exceptions: [],
    clarifications: [],
  },
  properties: {
    allow: licenceList('Licences that may be used: SPDX ids, `category:NAME` or `preset:NAME`. An empty list asks for nothing.'),
    deny: licenceList('Licences that may not be used, whatever else is allowed. A choice passes by another alternative.'),
    'allow-dev': licenceList('Further licences for what only development needs.'),
    'allow-optional': licenceList('Further licences for optional dependencies.'),
    'allow-peer': licenceList('Further licences for peer dependencies.'),
    'with-exceptions': {
      type: 'string',
      enum: ['explicit', 'base-implies'],
      default: 'explicit',
      description: 'Whether a listed licence covers the same licence WITH an exception of the SPDX list.',
    },
    'legacy-arrays': {
      type: 'string',
      enum: ['or', 'review'],
      default: 'or',
      description: 'A list of licences in an old manifest is a choice (npm reads it so), or a matter for a person.',
    },
    exceptions: {
      type: 'array',
      default: [],
      description: 'Further licences for single packages, for a limited time.',
      items: {
        type: 'object',
        required: ['package', 'allow', 'reason', 'expires'],
        properties: {
          package: { type: 'string', format: 'package-pattern', description: 'An exact name or @scope/*.' },
          versions: { type: 'string', format: 'semver-range', default: '*', description: 'Which versions; all by default.' },
          allow: licenceList('What is allowed for them, beside the other lists.'),
          reason: { type: 'string', minLength: 5, description: 'Why.' },
          expires: { type: 'string', format: 'date', description: 'The last day.' },
        },
      },
    },
    clarifications: {
      type: 'array',
      default: [],
      description:
        "What a package's licence is, where its manifest is wrong or unclear, pinned to the file that says so. Needs the tarball.",
      items: {
        type: 'object',
        required: ['package', 'licence', 'file', 'sha256', 'reason'],
        properties: {
          package: { type: 'string', format: 'package-pattern', description: 'An exact name or @scope/*.' },
          versions: { type: 'string', format: 'semver-range', default: '*', description: 'Which versions; all by default.' },
          licence: { type: 'string', prove: proveExpression, description: 'The SPDX expression that holds instead.' },
          file: { type: 'string', description: 'The file in the package that says so.' },
          sha256: {
            type: 'string',
            prove: proveDigest,
            description: 'SHA-256 of that file, hexadecimal; other bytes void the clarification.',
          },
          reason: { type: 'string', minLength: 5, description: 'Why.' },
        },
      },
    },
  },
};

/** Whether the policy says anything about licences that may be used. */
export function hasLists(options: LicenceOptions): boolean {
  return options.allow.length > 0 || options.deny.length > 0;
}

/** The exceptions and clarifications that name a package; those with other versions included. */
export function entriesFor<Entry extends { readonly package: string }>(entries: readonly Entry[], component: Component): readonly Entry[] {
  return entries.filter((entry) => coversPackage(entry.package, component.name));
}

/** Whether an entry means this version. */
export function isForVersion(entry: { readonly versions?: string }, component: Component): boolean {
  return (
    entry.versions === undefined ||
    entry.versions === '*' ||
    semver.satisfies(component.version, entry.versions, { includePrerelease: true })
  );
}

/**
 * The lists that hold for one scope, with the exceptions in force added. Entries were proven when the policy was loaded; one that
 * cannot be read stops the check, because dropping it would change what the policy means.
 */
export function policyFor(options: LicenceOptions, scope: Scope, exceptions: readonly LicenceException[]): LicencePolicy {
  const further = [...scopeList(options, scope), ...exceptions.flatMap(({ allow }) => allow)];
  const read = readLicencePolicy({
    allow: options.allow.length === 0 && options.deny.length > 0 ? null : [...options.allow, ...further],
    deny: options.deny,
    exceptions: options['with-exceptions'],
  });
  if (!read.ok) throw new Error(read.problems.map(({ list, index, message }) => `licence.${list}[${index}]: ${message}`).join('; '));
  return read.policy;
}

function scopeList(options: LicenceOptions, scope: Scope): readonly string[] {
  switch (scope) {
    case 'required':
      return [];
    case 'dev':
      return options['allow-dev'];
    case 'optional':
      return options['allow-optional'];
    case 'peer':
      return options['allow-peer'];
  }
}

function licenceList(description: string): JsonSchema {
  return { type: 'array', default: [], description, items: { type: 'string', prove: proveEntry } };
}

function proveExpression(text: string): { readonly message: string } | undefined {
  const parsed = parseExpression(text);
  return parsed.ok ? undefined : { message: `is no SPDX expression: ${parsed.message}` };
}

function proveDigest(text: string): { readonly message: string; readonly hint: string } | undefined {
  return /^[0-9a-f]{64}$/i.test(text)
    ? undefined
    : { message: 'must be a SHA-256 in 64 hexadecimal digits', hint: 'sha256sum FILE prints it' };
}

/** Refuses what is not one licence, one category or one preset, with what may have been meant. */
function proveEntry(entry: string): { readonly message: string; readonly hint?: string } | undefined {
  const read = readLicencePolicy({ allow: [entry] });
  const [problem] = read.ok ? [] : read.problems;
  if (problem === undefined) return undefined;
  const suggestions = problem.suggestions.slice(0, 4).join(', ');
  return { message: `is no licence: ${problem.message}`, ...(suggestions === '' ? {} : { hint: `did you mean ${suggestions}?` }) };
}
