import type { LicenceCategory } from './categories.ts';

/** What sort of thing a licence field holds, whether or not it could be resolved. */
export type LicenceFieldKind =
  | 'spdx'
  | 'ambiguous'
  | 'typo'
  | 'see-file'
  | 'url'
  | 'unlicensed'
  | 'proprietary'
  | 'public-domain'
  | 'modified'
  | 'empty'
  | 'unknown';

/** How far a field could be understood. */
export type LicenceResolution =
  /** The field means exactly this expression. */
  | { readonly state: 'resolved'; readonly expression: string }
  /**
   * Part of it cannot be read, or how the parts are joined. The expression grants no more than any reading does, with
   * `LicenseRef-unknown-…` for what could not be read: what a policy allows by it is allowed whatever was meant.
   */
  | { readonly state: 'partial'; readonly expression: string }
  | { readonly state: 'unresolved' };

export interface LicenceFieldReading {
  readonly kind: LicenceFieldKind;
  readonly resolution: LicenceResolution;
  /** What may have been meant, likeliest first. For a person; never applied. */
  readonly suggestions: readonly string[];
  /** Certain although the licence is not: `AGPL` without a version is network copyleft. */
  readonly category?: LicenceCategory;
  /** The file that the field points to, relative to the package. */
  readonly file?: string;
  /** How a value that is not plain SPDX was read, one clause each. */
  readonly notices: readonly string[];
}
