/**
 * Whether two words are at most `limit` edits apart: insertions, deletions, replacements and swaps of neighbours
 * (optimal string alignment). Words beyond 40 characters are never close.
 */
export function isWithin(a: string, b: string, limit: number): boolean {
  if (a.length > 40 || b.length > 40 || Math.abs(a.length - b.length) > limit) return false;
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwap ? at(before, column - 2) + 1 : Infinity,
        ),
      );
    }
    [before, last] = [last, current];
  }
  return at(last, b.length) <= limit;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
