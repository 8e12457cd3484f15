import { declaredLicence } from '../evidence/declared-licence.ts';
import { type LicenceFile, licenceFiles } from '../evidence/licence-files.ts';
import { evaluateExpression } from '../licences/evaluate.ts';
import { type LicenceExpression, parseExpression, termsOf } from '../licences/expression.ts';
import { readLicenceField } from '../licences/field.ts';
import { createMatcher } from '../licences/matcher.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact, FindingDraft } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';

/** Do the licence files say what the manifest declares. */
export const licenceText: AnyCheck = defineCheck({
  id: 'licence-text',
  scope: 'component',
  needs: { declared: declaredLicence, files: licenceFiles },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'licence-text/mismatch': {
      severity: 'warning',
      summary: 'The licence files hold other terms than the manifest declares',
      why: 'The text is what a court reads. Popular packages declare one licence and ship another, or add a second one.',
      fix: 'Treat the package as under both until its author says which is meant.',
      family: 'licence',
    },
    'licence-text/own-terms': {
      severity: 'warning',
      summary: 'A licence file is near to a known licence, with conditions of its own',
      why: 'A sentence that was added to a known licence, such as the Commons Clause, can take away what its name promises.',
      fix: 'Read the file. If it is harmless, pin it under checks.licence.clarifications.',
      family: 'licence',
    },
    'licence-text/missing': {
      severity: 'note',
      summary: 'The package ships no licence text',
      why: 'Most licences ask that their text travels with the copy. Without it the attribution file has a gap.',
      fix: 'Ask the author to add it.',
      family: 'licence',
    },
  },
  evaluate: ({
    subject: { component },
    known: {
      declared,
      files: { files },
    },
  }) => {
    const name = labelOf(component);
    if (files.length === 0) {
      return [{ rule: 'licence-text/missing', message: `${name} ships no licence text`, facts: [], help: ['ask its author to add it'] }];
    }
    const expression = expressionOf(declared.field);
    const facts = files.map(describe);
    return [...(expression === undefined ? [] : compare(name, expression, files, facts)), ...files.flatMap((file) => ownTerms(name, file))];
  },
});

/** Every licence whose text is there has to be declared, and the texts have to be enough for one alternative that is. */
function compare(
  name: string,
  declared: LicenceExpression,
  files: readonly LicenceFile[],
  facts: readonly Fact[],
): readonly FindingDraft[] {
  const found = new Set(files.flatMap(textsIn));
  const own = new Set(files.filter(({ path }) => !isAboutOthers(path)).flatMap(textsIn));
  const named = new Set(termsOf(declared).map(({ id }) => id.replace(/-(?:only|or-later)$/, '')));
  const extra = [...own].filter((id) => !named.has(id));
  const known = files.flatMap(({ references }) => references.map((id) => id.replace(/-(?:only|or-later)$/, '')));
  // A text cannot tell `-only` from `-or-later`; its version alone is shown.
  const shown = createMatcher(
    [...found, ...known].map((id) => ({ id, orLater: false })),
    [],
    'base-implies',
  );
  const isShown = evaluateExpression(declared, { allow: shown, deny: createMatcher([], [], 'explicit') }).verdict === 'allow';
  if (found.size === 0 || (extra.length === 0 && isShown)) return [];
  const problem =
    extra.length > 0
      ? `ships the text of ${extra.join(' and ')}, which it does not declare`
      : 'declares licences whose text it does not ship';
  return [
    {
      rule: 'licence-text/mismatch',
      // A text that is merely absent grants nothing new; one beside the declared text is mostly that of bundled code.
      ...(extra.length > 0 && !isShown ? {} : { severity: 'note' }),
      key: extra.join(' '),
      message: `${name} ${problem}`,
      facts,
      help: ['treat it as under both until its author says which is meant'],
    },
  ];
}

function textsIn({ licences }: LicenceFile): readonly string[] {
  return licences.flatMap(({ id, band }) => (band === 'review' ? [] : [id]));
}

/** Notices and third-party lists quote the terms of other people's code. */
function isAboutOthers(path: string): boolean {
  return /notice|third|3rd|bundled|vendor|depend|attribution/i.test(path);
}

function ownTerms(name: string, file: LicenceFile): readonly FindingDraft[] {
  const altered = file.licences.filter(({ band }) => band === 'review' || (band === 'close' && file.hasOwnConditions));
  if (altered.length === 0) return [];
  return [
    {
      rule: 'licence-text/own-terms',
      key: file.path,
      message: `${inertLine(file.path, 100)} of ${name} is near to ${altered.map(({ id }) => id).join(' and ')}, with conditions of its own`,
      facts: [describe(file)],
      help: ['read the file; if it is harmless, pin it under checks.licence.clarifications'],
    },
  ];
}

function expressionOf(field: unknown): LicenceExpression | undefined {
  const { resolution } = readLicenceField(field);
  if (resolution.state === 'unresolved') return undefined;
  const parsed = parseExpression(resolution.expression);
  return parsed.ok ? parsed.expression : undefined;
}

function describe(file: LicenceFile): Fact {
  const licences = file.licences.map(({ id, coverage }) => `${id} (${Math.round(coverage * 100)} %)`).join(', ');
  return {
    label: inertLine(file.path, 100),
    value: `${licences === '' ? 'no known licence' : licences}, sha256 ${file.sha256}`,
    source: 'tarball',
  };
}
