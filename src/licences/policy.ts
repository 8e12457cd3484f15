import { licenceCategories, isLicenceCategory } from './categories.ts';
import type { LicenceCategory } from './categories.ts';
import { parseExpression } from './expression.ts';
import { readLicenceField } from './field.ts';
import type { ExceptionMode, LicenceMatcher } from './matcher.ts';
import { createMatcher } from './matcher.ts';
import { licencePresets } from './presets.ts';
import { readSpecialValue } from './special-value.ts';
import type { LicenceTerm } from './term.ts';

/** Which licences may be used. Deny wins over allow, and takes away only the alternatives that need what it names. */
export interface LicencePolicy {
  /** Undefined: everything that is not denied, as long as it is a known licence. */
  readonly allow?: LicenceMatcher;
  readonly deny: LicenceMatcher;
}

export interface LicenceLists {
  /** Ids, `ID+`, `ID WITH exception`, `LicenseRef-…`, `category:NAME`, `preset:NAME`. Undefined or null: no allowlist. */
  readonly allow?: readonly string[] | null;
  readonly deny?: readonly string[];
  readonly exceptions?: ExceptionMode;
}

/** An entry that cannot be understood. The whole policy is refused: a dropped entry would change what it means. */
export interface LicencePolicyProblem {
  readonly list: 'allow' | 'deny';
  readonly index: number;
  readonly entry: string;
  readonly message: string;
  /** What may have been meant, likeliest first. */
  readonly suggestions: readonly string[];
}

export type LicencePolicyResult =
  | { readonly ok: true; readonly policy: LicencePolicy }
  | { readonly ok: false; readonly problems: readonly LicencePolicyProblem[] };

/** Reads the lists of a policy; every entry has to be one licence, one category or one preset. */
export function readLicencePolicy(lists: LicenceLists): LicencePolicyResult {
  const exceptions = lists.exceptions ?? 'explicit';
  const allow = lists.allow === undefined || lists.allow === null ? undefined : readList('allow', lists.allow, exceptions);
  const deny = readList('deny', lists.deny ?? [], exceptions);
  const problems = [...(allow?.problems ?? []), ...deny.problems];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, policy: allow === undefined ? { deny: deny.matcher } : { allow: allow.matcher, deny: deny.matcher } };
}

function readList(
  list: 'allow' | 'deny',
  entries: readonly string[],
  exceptions: ExceptionMode,
): { readonly matcher: LicenceMatcher; readonly problems: readonly LicencePolicyProblem[] } {
  const terms: LicenceTerm[] = [];
  const categories: LicenceCategory[] = [];
  const problems: LicencePolicyProblem[] = [];
  for (const [index, entry] of expandPresets(entries)) {
    const read = readEntry(entry);
    if ('term' in read) terms.push(read.term);
    else if ('category' in read) categories.push(read.category);
    else problems.push({ list, index, entry, ...read });
  }
  return { matcher: createMatcher(terms, categories, exceptions), problems };
}

function expandPresets(entries: readonly string[]): readonly (readonly [number, string])[] {
  return entries.flatMap((entry, index) => {
    const preset = entry.startsWith('preset:') ? licencePresets.get(entry.slice('preset:'.length)) : undefined;
    return (preset ?? [entry]).map((id) => [index, id] as const);
  });
}

type Entry =
  | { readonly term: LicenceTerm }
  | { readonly category: LicenceCategory }
  | { readonly message: string; readonly suggestions: readonly string[] };

function readEntry(entry: string): Entry {
  if (entry.startsWith('category:')) {
    const category = entry.slice('category:'.length);
    if (isLicenceCategory(category)) return { category };
    return { message: `there is no category "${category}"`, suggestions: licenceCategories.map((name) => `category:${name}`) };
  }
  if (entry.startsWith('preset:')) {
    return { message: 'there is no such preset', suggestions: [...licencePresets.keys()].map((name) => `preset:${name}`) };
  }
  const special = readSpecialValue(entry);
  if (special !== undefined) return { message: wordsFor(special.kind), suggestions: [] };
  const parsed = parseExpression(entry);
  if (!parsed.ok) return { message: parsed.message, suggestions: suggestionsFor(entry) };
  if (parsed.expression.kind === 'term') return { term: parsed.expression.term };
  return {
    message: 'an entry is one licence; list each licence by itself',
    suggestions: parsed.expression.operands.flatMap((operand) =>
      operand.kind === 'term' ? [entry.slice(operand.span.start, operand.span.end)] : [],
    ),
  };
}

/** A bare GNU version may have been meant either way: the list has to say which. */
function suggestionsFor(entry: string): readonly string[] {
  const { resolution, suggestions } = readLicenceField(entry);
  if (resolution.state !== 'resolved') return suggestions;
  const { expression } = resolution;
  return expression.endsWith('-only') ? [expression, expression.replace(/-only$/, '-or-later')] : [expression];
}

function wordsFor(kind: NonNullable<ReturnType<typeof readSpecialValue>>['kind']): string {
  switch (kind) {
    case 'missing':
      return 'the entry is empty';
    case 'unlicensed':
    case 'none':
      return 'it means that no rights are granted; make an exception for the package instead';
    case 'noassertion':
    case 'see-file':
      return 'it names no licence; clarify the package instead';
  }
}
