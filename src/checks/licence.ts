import { type DeclaredLicence, declaredLicence } from '../evidence/declared-licence.ts';
import { type LicenceFiles, licenceFiles } from '../evidence/licence-files.ts';
import type { PlacedTerm } from '../licences/evaluate.ts';
import { type JudgedField, judgeLicenceField } from '../licences/judge.ts';
import { formatTerm } from '../licences/term.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { type Component, type Scope, labelOf } from '../model/component.ts';
import type { Fact, FindingDraft } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';
import { formatDate } from '../model/units.ts';
import { type LicenceOptions, entriesFor, hasLists, isForVersion, licenceOptions, policyFor } from './licence-options.ts';

/** May this package be used under what its author declares. */
export const licence: AnyCheck = defineCheck({
  id: 'licence',
  scope: 'component',
  needs: { declared: declaredLicence },
  uses: { files: licenceFiles },
  options: licenceOptions,
  rules: {
    'licence/not-allowed': {
      severity: 'error',
      summary: 'The licence is not one that the policy allows',
      why: 'Using a package under terms that nobody accepted is a breach of its licence, and copyleft can reach your own code.',
      fix: 'Use another package or version, or add an exception for it with a reason and an end date.',
      incident: 'ua-parser-js went from MIT (0.7) to AGPL-3.0-or-later (2.0) under the same name.',
      family: 'licence',
    },
    'licence/unknown': {
      severity: 'error',
      summary: 'Nobody can say for certain what the licence field grants',
      why: 'An unreadable licence grants nothing that anybody could rely on. It never counts as allowed.',
      fix: 'Read the licence file and add a clarification pinned to its SHA-256, or ask the author to correct the field.',
      family: 'licence',
    },
    'licence/stale-exception': {
      severity: 'warning',
      summary: 'An exception or clarification no longer holds for the version in use',
      why: 'What was accepted once was accepted for other versions, other bytes or a time that has passed.',
      fix: 'Renew it if it is still right, or remove it.',
      family: 'policy',
    },
  },
  evaluate: ({ subject: { component }, known, used, options, context }) => {
    const exceptions = entriesFor(options.exceptions, component);
    const inForce = exceptions.filter((exception) => isForVersion(exception, component) && context.now < exception.expires);
    const clarified = clarificationOf(component, used.files, options);
    const field = clarified ?? known.declared.field;
    const judged = judgeField(field, options, component.scope, inForce);
    const source = clarified === undefined ? known.declared.from : 'policy';
    const stale = exceptions.length > 0 && inForce.length === 0 ? [staleException(component, exceptions, context.now)] : [];
    return [...judge(component, field, judged, source, options), ...stale];
  },
});

/** What the same few short texts come to, without any exception, by scope and text; a service meets others all the time. */
const common = new WeakMap<LicenceOptions, Map<string, JudgedField>>();
const mostCommon = 1000;
const longestCommon = 100;

function judgeField(field: unknown, options: LicenceOptions, scope: Scope, inForce: LicenceOptions['exceptions']): JudgedField {
  const judge = (): JudgedField => judgeLicenceField(field, policyFor(options, scope, inForce), { legacyArrays: options['legacy-arrays'] });
  if (typeof field !== 'string' || field.length > longestCommon || inForce.length > 0) return judge();
  const known = common.get(options) ?? new Map<string, JudgedField>();
  common.set(options, known);
  const name = `${scope} ${field}`;
  const judged = known.get(name) ?? judge();
  if (known.size < mostCommon) known.set(name, judged);
  return judged;
}

function judge(
  component: Component,
  field: unknown,
  { reading, verdict }: JudgedField,
  source: DeclaredLicence['from'] | 'policy',
  options: LicenceOptions,
): readonly FindingDraft[] {
  if (verdict.verdict === 'allow') return [];
  const isJudged = hasLists(options);
  const name = labelOf(component);
  const declared: Fact = { label: 'declared', value: describe(field), source };
  if (verdict.verdict === 'deny' && verdict.problem === undefined) {
    if (!isJudged) return [];
    const missing = verdict.missing.map(({ term }) => formatTerm(term)).join(' and ');
    return [
      {
        rule: 'licence/not-allowed',
        key: missing,
        message: `${name} needs ${inertLine(missing, 200)}, which is not allowed`,
        facts: [declared, ...placeFacts(verdict.missing, reading.resolution)],
        help: [
          'use a version or package under an allowed licence',
          'or add an exception under checks.licence.exceptions, with reason and end date',
        ],
        policyKey: options.allow.length > 0 ? 'checks.licence.allow' : 'checks.licence.deny',
      },
    ];
  }
  // Without a list a licence in words is no refusal, only something to know.
  if (!isJudged && reading.resolution.state !== 'unresolved') return [];
  return [
    {
      rule: 'licence/unknown',
      ...(isJudged ? {} : { severity: 'note' }),
      message: `${name} ${wordsFor(reading.kind, source)}`,
      facts: [declared, ...(reading.category === undefined ? [] : [{ label: 'category', value: reading.category, source }])],
      help: helpFor(reading.suggestions, reading.file),
      policyKey: 'checks.licence.allow',
    },
  ];
}

function describe(field: unknown): string {
  if (field === undefined) return 'nothing';
  return inertLine(typeof field === 'string' ? field : (JSON.stringify(field) ?? 'nothing'), 200);
}

/** Where in the expression the terms stand that are missing, counted from 1. */
function placeFacts(missing: readonly PlacedTerm[], resolution: JudgedField['reading']['resolution']): readonly Fact[] {
  if (resolution.state === 'unresolved') return [];
  const places = missing.map(({ term, span }) => `${formatTerm(term)} at ${span.start + 1}-${span.end}`).join(', ');
  return [{ label: 'missing', value: inertLine(`${places} of ${resolution.expression}`, 300), source: 'policy' }];
}

function wordsFor(kind: JudgedField['reading']['kind'], source: string): string {
  switch (kind) {
    case 'unlicensed':
      return 'grants no rights: its author says that it is unlicensed';
    case 'proprietary':
      return "is under its author's own terms";
    case 'empty':
      return source === 'nobody' ? 'comes from a source that says nothing about its licence' : 'declares no licence';
    case 'see-file':
      return 'leaves its licence to a file';
    case 'url':
      return 'leaves its licence to an address';
    case 'public-domain':
      return 'claims to be in the public domain, which is no licence';
    case 'modified':
      return 'is under a modified licence';
    case 'typo':
    case 'ambiguous':
    case 'spdx':
    case 'unknown':
      return 'declares a licence that cannot be read for certain';
  }
}

function helpFor(suggestions: readonly string[], file: string | undefined): readonly string[] {
  const meant = suggestions.length === 0 ? [] : [`it may mean ${suggestions.slice(0, 4).join(', ')}`];
  const read = file === undefined ? 'read its licence file' : `read ${inertLine(file, 100)} in the package`;
  return [...meant, `${read}, then add it under checks.licence.clarifications with the file's SHA-256`];
}

/** The clarified expression, if the file that it is pinned to is there with these bytes. */
function clarificationOf(component: Component, files: LicenceFiles | undefined, options: LicenceOptions): string | undefined {
  return entriesFor(options.clarifications, component).find(
    (entry) =>
      isForVersion(entry, component) &&
      files?.files.some((file) => file.path === entry.file && file.sha256 === entry.sha256.toLowerCase()) === true,
  )?.licence;
}

function staleException(component: Component, exceptions: LicenceOptions['exceptions'], now: number): FindingDraft {
  const [first] = exceptions;
  const hasExpired = first !== undefined && !(now < first.expires);
  return {
    rule: 'licence/stale-exception',
    message: hasExpired
      ? `the licence exception for ${labelOf(component)} has expired`
      : `the licence exception for ${component.name} does not cover ${component.version}`,
    facts: exceptions.map(({ reason, versions, expires }) => ({
      label: 'exception',
      value: `${inertLine(reason, 200)} (versions ${versions ?? '*'}, before ${formatDate(expires)})`,
      source: 'policy',
    })),
    help: ['renew it if it is still right, or remove it'],
    policyKey: 'checks.licence.exceptions',
  };
}
