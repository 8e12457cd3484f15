import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { squarify } from '../../../src/reporters/html/squarify.ts';

const frame = { x: 10, y: 20, width: 600, height: 400 };

describe('squarified rectangles', () => {
  it('have areas in proportion to their sizes, inside the frame, without overlap', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 60 }).map((list) => list.sort((a, b) => b - a));
    fc.assert(
      fc.property(sizes, (list) => {
        const rects = squarify(list, frame);
        const total = list.reduce((sum, size) => sum + size, 0);
        for (const [index, { x, y, width, height }] of rects.entries()) {
          expect(width * height).toBeCloseTo(((list[index] ?? 0) / total) * 240_000, 3);
          expect(x).toBeGreaterThan(9.999);
          expect(y).toBeGreaterThan(19.999);
          expect(x + width).toBeLessThan(610.001);
          expect(y + height).toBeLessThan(420.001);
        }
        for (const [index, a] of rects.entries())
          for (const b of rects.slice(index + 1)) {
            const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
            const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
            expect(Math.min(wide, high)).toBeLessThan(0.001);
          }
      }),
    );
  });

  it('are close to squares where the sizes allow it', () => {
    for (const { width, height } of squarify(
      Array.from({ length: 24 }, () => 1),
      frame,
    ))
      expect(Math.max(width / height, height / width)).toBeLessThan(1.6);
  });
});
