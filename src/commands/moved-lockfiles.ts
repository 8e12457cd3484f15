import { labelOf } from '../model/component.ts';
import type { Inventory } from '../model/inventory.ts';

/** A lockfile of one state, by its folder. */
export interface FoundLockfile {
  readonly folder: string;
  readonly inventory: Inventory;
}

/**
 * For each lockfile that came, the one that went of which it is the continuation: the same bytes, else most of the same
 * packages. A move is no reason to judge everything anew, and none to miss what was changed on the way. Each that went is
 * used once.
 */
export function movedFrom(came: readonly FoundLockfile[], went: readonly FoundLockfile[]): ReadonlyMap<string, FoundLockfile> {
  const pairs = came.flatMap((fresh) => went.map((old) => ({ fresh, old, share: sharedPart(old.inventory, fresh.inventory) })));
  const moves = new Map<string, FoundLockfile>();
  const used = new Set<string>();
  for (const { fresh, old, share } of pairs.sort((a, b) => b.share - a.share)) {
    if (!(share > 0.5) || moves.has(fresh.folder) || used.has(old.folder)) continue;
    moves.set(fresh.folder, old);
    used.add(old.folder);
  }
  return moves;
}

/** From 0 to 1: how many of the packages of the larger one both have. The same bytes are more than that. */
function sharedPart(a: Inventory, b: Inventory): number {
  if (a.origin.digest === b.origin.digest) return 2;
  const [left, right] = [labelsOf(a), labelsOf(b)];
  const shared = [...left].filter((label) => right.has(label)).length;
  return shared / Math.max(left.size, right.size, 1);
}

function labelsOf(inventory: Inventory): ReadonlySet<string> {
  return new Set([...inventory.components.values()].map(labelOf));
}
