import type { Milliseconds } from './units.ts';

/** What a run learned about one package on its way: not judged, only shown. */
export interface PackageFacts {
  readonly publishedAt?: Milliseconds;
  /** The declared licence as an expression where it can be read, else as it is written; `group` is its category, or why it has none. */
  readonly licence?: { readonly text: string; readonly group: string };
}

/** Ages below which a version counts as too new, for pictures that show where the line is. */
export interface AgeLimits {
  readonly error: Milliseconds;
  readonly warning: Milliseconds;
}
