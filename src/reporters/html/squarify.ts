/** A rectangle in the units of its picture. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides a rectangle into one for each size, areas in proportion and as square as rows allow: Bruls, Huizing and van Wijk,
 * "Squarified treemaps" (2000). Sizes must be positive and descending; the answer has their order.
 */
export function squarify(sizes: readonly number[], into: Rect): readonly Rect[] {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const areas = sizes.map((size) => (size / total) * into.width * into.height);
  const rects: Rect[] = [];
  let free = into;
  for (let start = 0; start < areas.length;) {
    const side = Math.min(free.width, free.height);
    let [end, sum] = [start + 1, areas[start] ?? 0];
    while (end < areas.length) {
      const grown = sum + (areas[end] ?? 0);
      // Descending: the first is the largest of its row and the last the smallest.
      if (worstRatio(areas[start] ?? 0, areas[end] ?? 0, grown, side) > worstRatio(areas[start] ?? 0, areas[end - 1] ?? 0, sum, side))
        break;
      [sum, end] = [grown, end + 1];
    }
    rects.push(...layRow(areas.slice(start, end), sum, free));
    free = without(free, sum);
    start = end;
  }
  return rects;
}

function worstRatio(largest: number, smallest: number, sum: number, side: number): number {
  return Math.max((side * side * largest) / (sum * sum), (sum * sum) / (side * side * smallest));
}

/** A row along the shorter side of what is free. */
function layRow(areas: readonly number[], sum: number, free: Rect): readonly Rect[] {
  const isColumn = free.width >= free.height;
  const thickness = sum / (isColumn ? free.height : free.width);
  let along = isColumn ? free.y : free.x;
  return areas.map((area) => {
    const length = area / thickness;
    const rect = isColumn
      ? { x: free.x, y: along, width: thickness, height: length }
      : { x: along, y: free.y, width: length, height: thickness };
    along += length;
    return rect;
  });
}

function without(free: Rect, sum: number): Rect {
  if (free.width >= free.height) {
    const thickness = sum / free.height;
    return { ...free, x: free.x + thickness, width: Math.max(0, free.width - thickness) };
  }
  const thickness = sum / free.width;
  return { ...free, y: free.y + thickness, height: Math.max(0, free.height - thickness) };
}
