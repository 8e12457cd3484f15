import type { LicenceCategory } from './categories.ts';
import { categoryOf } from './categories.ts';
import { findException } from './spdx-list.ts';
import type { LicenceOption, LicenceTerm } from './term.ts';
import { optionKey, optionsOf } from './term.ts';

/** How a listed licence relates to the same licence WITH an exception. */
export type ExceptionMode =
  /** The pair has to be listed itself. */
  | 'explicit'
  /** A listed licence covers its pairs with exceptions of the SPDX list, which only add permissions. */
  | 'base-implies';

/** A list of licences and categories in a form that answers at once. */
export interface LicenceMatcher {
  readonly keys: ReadonlySet<string>;
  readonly categories: ReadonlySet<LicenceCategory>;
  readonly exceptions: ExceptionMode;
}

/** Builds a matcher; "or later" in a term takes in every later version. */
export function createMatcher(
  terms: readonly LicenceTerm[],
  categories: readonly LicenceCategory[],
  exceptions: ExceptionMode,
): LicenceMatcher {
  return { keys: new Set(terms.flatMap((term) => optionsOf(term).map(optionKey))), categories: new Set(categories), exceptions };
}

/** Whether the list holds exactly this licence. A licence WITH an exception needs its pair, or `base-implies`. */
export function matches(matcher: LicenceMatcher, option: LicenceOption): boolean {
  if (matcher.keys.has(optionKey(option))) return true;
  const isCovered =
    option.exception === undefined || (matcher.exceptions === 'base-implies' && findException(option.exception) !== undefined);
  if (!isCovered) return false;
  const category = categoryOf(option.licence);
  return matcher.keys.has(optionKey({ licence: option.licence })) || (category !== undefined && matcher.categories.has(category));
}
