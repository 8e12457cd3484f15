import type { EditKind } from './edit-kind.ts';
import type { Popular } from './popularity-table.ts';

/** How a name relates to a more popular one. */
export type RelationKind =
  | EditKind
  | 'delimiter'
  | 'two-edits'
  | 'word-order'
  | 'version'
  | 'js-affix'
  | 'combosquat'
  | 'scope-dropped'
  | 'scope-edited'
  | 'scope-added'
  | 'brand';

/** `block`: hardly ever an honest name. `warn`: worth a look. */
export type Tier = 'none' | 'warn' | 'block';

/** One likeness, with the popular name that it may be taken for. */
export interface Relation {
  readonly kind: RelationKind;
  readonly target: Popular;
  readonly tier: 'warn' | 'block';
  /** What was seen, a clause without a subject: `swaps two neighbouring letters of`. */
  readonly reason: string;
  /** Why the tier is not higher; empty where nothing speaks against it. */
  readonly counterReasons: readonly string[];
}
