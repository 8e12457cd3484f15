import { squash } from './squash.ts';

/** A package name taken apart. */
export interface NameShape {
  readonly name: string;
  /** Without `@` and `/`; empty for an unscoped name. */
  readonly scope: string;
  /** What follows the scope. */
  readonly base: string;
  readonly squashed: string;
  readonly squashedBase: string;
  /** The words of the base, in lower case. */
  readonly words: readonly string[];
}

/** Takes a package name apart; total, also for names that are not valid. */
export function shapeOf(name: string): NameShape {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  const scope = slash > 1 ? name.slice(1, slash) : '';
  const base = scope === '' ? name : name.slice(slash + 1);
  return { name, scope, base, squashed: squash(name), squashedBase: squash(base), words: wordsOf(base) };
}

/** Splits at delimiters; empty words are dropped. */
export function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[-_./@]/)
    .filter((word) => word !== '');
}
