/** One target of the corpus: what was reached, whether that is enough, and every item that missed. */
export interface Bar {
  readonly name: string;
  readonly isMet: boolean;
  readonly score: string;
  readonly misses: readonly string[];
}

/** A bar over a share of items, met from `least` (0 to 1) on. Nothing to measure is not a pass. */
export function shareBar(name: string, total: number, misses: readonly string[], least: number): Bar {
  const right = total - misses.length;
  const isMet = total > 0 && right / total >= least;
  const percent = total === 0 ? 'no items' : `${((100 * right) / total).toFixed(1)} %`;
  return { name, isMet, score: `${right}/${total} (${percent}, bar ${100 * least} %)`, misses };
}

/** A bar that no item may miss. */
export function zeroBar(name: string, total: number, misses: readonly string[]): Bar {
  return { name, isMet: total > 0 && misses.length === 0, score: `${misses.length} of ${total} (bar 0)`, misses };
}
