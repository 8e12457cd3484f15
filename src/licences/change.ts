import { categoryOf } from './categories.ts';
import { evaluateExpression } from './evaluate.ts';
import type { LicenceExpression } from './expression.ts';
import { formatExpression, parseExpression, termsOf } from './expression.ts';
import { readLicenceField } from './field.ts';
import type { LicenceFieldReading } from './field-reading.ts';
import { createMatcher } from './matcher.ts';
import type { LicenceTerm } from './term.ts';
import { formatTerm, optionsOf } from './term.ts';

/** How serious it is that a package's licence differs from that of an earlier version. */
export type LicenceChangeClass =
  /** Another way to say the same. */
  | 'wording'
  /** What could not be read for certain became exact, and no stricter than it may have been. */
  | 'clarified'
  /** One set of terms of the mildest kind for another. */
  | 'permissive-swap'
  /** More choice, or fewer conditions. */
  | 'wider'
  /** New conditions, a second licence, less choice among strict ones, or no rights at all: must alert. */
  | 'narrower'
  /** It can no longer be read: must alert. */
  | 'unknown';

/** Classifies the change between two raw licence fields, as published. */
export function classifyLicenceChange(before: unknown, after: unknown): LicenceChangeClass {
  if (JSON.stringify(before) === JSON.stringify(after)) return 'wording';
  const from = understand(before);
  const to = understand(after);
  if (to.expression === undefined) return to.grantsNothing && !from.grantsNothing ? 'narrower' : 'unknown';
  if (from.expression === undefined) return classifyFromUnclear(from, to.expression);
  if (hasSameTerms(from.expression, to.expression)) return from.reading.kind === 'ambiguous' ? 'clarified' : 'wording';
  return compare(from.expression, to.expression, from.reading.kind === 'ambiguous');
}

interface Understanding {
  readonly reading: LicenceFieldReading;
  readonly expression?: LicenceExpression;
  readonly grantsNothing: boolean;
}

function understand(field: unknown): Understanding {
  const reading = readLicenceField(field);
  const grantsNothing = reading.kind === 'unlicensed' || reading.kind === 'proprietary';
  if (!('expression' in reading.resolution)) return { reading, grantsNothing };
  const parsed = parseExpression(reading.resolution.expression);
  return parsed.ok ? { reading, expression: parsed.expression, grantsNothing: false } : { reading, grantsNothing };
}

/** Where the category was certain although the licence was not, a stricter one is no clarification. */
function classifyFromUnclear(from: Understanding, to: LicenceExpression): LicenceChangeClass {
  if (from.grantsNothing) return 'wider';
  const possible = from.reading.suggestions.flatMap((id) => {
    const parsed = parseExpression(id);
    return parsed.ok ? termsOf(parsed.expression) : [];
  });
  const strictest = possible.length === 0 ? undefined : Math.max(...possible.map(strictness));
  return strictest !== undefined && mildest(to).strictness > strictest ? 'narrower' : 'clarified';
}

function compare(from: LicenceExpression, to: LicenceExpression, wasUnclear: boolean): LicenceChangeClass {
  const before = mildest(from);
  const after = mildest(to);
  if (after.strictness !== before.strictness) return after.strictness < before.strictness ? 'wider' : 'narrower';

  const keepsTerms = passes(to, before.terms);
  const keptTerms = passes(from, after.terms);
  if (keepsTerms && !keptTerms) return 'wider';
  if (keptTerms && !keepsTerms) return 'narrower';
  if (keepsTerms) {
    if (offered(to) > offered(from)) return 'wider';
    if (wasUnclear && termsOf(to).length === termsOf(from).length) return 'clarified';
  } else if (after.terms.length !== before.terms.length) {
    return after.terms.length > before.terms.length ? 'narrower' : 'wider';
  }
  return after.strictness === 0 ? 'permissive-swap' : 'narrower';
}

/** Somebody who accepted exactly these terms can accept the expression. */
function passes(expression: LicenceExpression, terms: readonly LicenceTerm[]): boolean {
  const policy = { allow: createMatcher(terms, [], 'explicit'), deny: createMatcher([], [], 'explicit') };
  return evaluateExpression(expression, policy).verdict === 'allow';
}

/** How many exact versions of licences there are to choose from. */
function offered(expression: LicenceExpression): number {
  return termsOf(expression).reduce((sum, term) => sum + optionsOf(term).length, 0);
}

/** Order and grouping of operands aside. */
function hasSameTerms(a: LicenceExpression, b: LicenceExpression): boolean {
  return sorted(a) === sorted(b);
}

function sorted(expression: LicenceExpression): string {
  if (expression.kind === 'term') return formatExpression(expression);
  return `${expression.kind}(${[...new Set(expression.operands.map(sorted))].sort().join(',')})`;
}

interface Alternative {
  readonly terms: readonly LicenceTerm[];
  readonly strictness: number;
}

/** The alternative with the mildest terms, and of those the one with fewest. */
function mildest(expression: LicenceExpression): Alternative {
  if (expression.kind === 'term') return { terms: [expression.term], strictness: strictness(expression.term) };
  const parts = expression.operands.map(mildest);
  if (expression.kind === 'or') {
    return parts.reduce((best, part) =>
      part.strictness < best.strictness || (part.strictness === best.strictness && part.terms.length < best.terms.length) ? part : best,
    );
  }
  const terms = new Map(parts.flatMap((part) => part.terms.map((term): [string, LicenceTerm] => [formatTerm(term), term])));
  return { terms: [...terms.values()], strictness: Math.max(...parts.map((part) => part.strictness)) };
}

/** Steps of strictness; within one step only the number of licences and the choice among them count. */
function strictness(term: LicenceTerm): number {
  const id = term.id.replace(/-(?:only|or-later)$/, '');
  if (/^BSD-4|-advertising$|^BSD-Advertising/.test(id)) return 1;
  switch (categoryOf(id)) {
    case 'public-domain':
    case 'permissive':
      return 0;
    case 'weak-copyleft':
      return 2;
    case 'strong-copyleft':
      return 3;
    case 'network-copyleft':
      return 4;
    case 'source-available':
      return 5;
    case 'non-commercial':
      return 6;
    case 'content':
      return contentStrictness(id);
    case undefined:
      return 7;
  }
}

function contentStrictness(id: string): number {
  if (/-ND-/.test(id)) return 5;
  if (/-SA-|^GFDL|^ODbL|Sharing/.test(id)) return 3;
  return id.startsWith('OFL') ? 2 : 0;
}
