/**
 * Optimal string alignment distance (insert, omit, substitute, swap of neighbours), or `limit + 1` when it is larger.
 * Works on character codes; only the first `bLength` of `b` count. Source: Damerau (1964), restricted form.
 */
export function editDistance(a: Uint8Array, b: Uint8Array, bLength: number, limit: number): number {
  let aEnd = a.length;
  let bEnd = bLength;
  if (Math.abs(aEnd - bEnd) > limit) return limit + 1;
  while (aEnd > 0 && bEnd > 0 && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd -= 1;
    bEnd -= 1;
  }
  let start = 0;
  while (start < aEnd && start < bEnd && a[start] === b[start]) start += 1;
  const rest = Math.max(aEnd, bEnd) - start;
  if (rest <= 1) return rest;
  if (limit === 1) return rest === 2 && aEnd === bEnd && a[start] === b[start + 1] && a[start + 1] === b[start] ? 1 : 2;
  return alignedDistance(a.subarray(start, aEnd), b.subarray(start, bEnd), limit);
}

/** Fills the table of Damerau's distances as far from its diagonal only as the limit reaches: beyond it they are larger. */
function alignedDistance(a: Uint8Array, b: Uint8Array, limit: number): number {
  const beyond = limit + 1;
  let beforePrevious = new Int32Array(b.length + 1);
  let previous = new Int32Array(b.length + 1);
  let current = new Int32Array(b.length + 1);
  for (let column = 1; column <= b.length; column += 1) previous[column] = column;
  for (let row = 1; row <= a.length; row += 1) {
    const from = Math.max(1, row - limit);
    const to = Math.min(b.length, row + limit);
    let best = from === 1 ? row : beyond;
    current[from - 1] = best;
    for (let column = from; column <= to; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      let cost = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + (isSame ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current[column] = cost;
      if (cost < best) best = cost;
    }
    if (best > limit) return beyond;
    // The next row looks one further; behind the table's last column there is nothing to write to.
    current[to + 1] = beyond;
    [beforePrevious, previous, current] = [previous, current, beforePrevious];
  }
  return Math.min(previous[b.length] ?? beyond, beyond);
}
