import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { scanMembers } from '../../src/collectors/json-bytes.ts';
import { createSkipper } from '../../src/collectors/json-nesting.ts';
import { readDocument } from '../../src/collectors/packument-scan.ts';

const windowBytes = 65_536;

/** Ends of the values of an object by the skipper, and by the byte-by-byte scan. */
function endsOf(text: string): { readonly skipped: readonly number[]; readonly scanned: readonly number[] } {
  const body = Buffer.from(text);
  const spans = [...(scanMembers(body, 0)?.values() ?? [])];
  const skip = createSkipper(body);
  return { skipped: spans.map(([start]) => skip(start)), scanned: spans.map(([, end]) => end) };
}

const tricky = fc.constantFrom('"', '\\', '\\"', '{', '}', '[', ']', 'é', '\u2028', 'a', '\\\\');
const text = fc.array(tricky, { maxLength: 40 }).map((parts) => parts.join(''));
const value = fc.oneof(
  text,
  fc.array(text, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'b'), fc.array(text, { maxLength: 2 })),
  fc.integer(),
);

describe('the skipper', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('ends every value where the byte-by-byte scan ends it, wherever the edge of a window falls', () => {
    const documents = fc
      .tuple(
        fc.integer({ min: windowBytes - 200, max: windowBytes + 20 }),
        fc.constantFrom('x', '\\', '"', '{'),
        fc.array(value, { minLength: 1, maxLength: 6 }),
      )
      .map(([length, filler, values]) => {
        const padding = filler.repeat(Math.ceil(length / JSON.stringify(filler).slice(1, -1).length));
        return JSON.stringify({ padding, ...Object.fromEntries(values.map((one, index) => [`k${index}`, one])) });
      });
    fc.assert(
      fc.property(documents, (document) => {
        const { skipped, scanned } = endsOf(document);
        expect(scanned.length).toBeGreaterThan(1);
        expect(skipped).toStrictEqual(scanned);
      }),
      { numRuns: 300 },
    );
  });

  it.each([0, 1, 2, 3, 15, 16, 17])('knows an escape that is cut by the edge of a window, %i bytes before it', (distance) => {
    const start = '{"a":"';
    const document = `${start}${'x'.repeat(windowBytes - start.length - distance)}\\\\\\"}{\\\\","b":{"c":["}"]}}`;
    expect(JSON.parse(document)).toHaveProperty('b');
    const { skipped, scanned } = endsOf(document);
    expect(skipped).toStrictEqual(scanned);
  });

  it('sees what one window holds at most: nothing but brackets', () => {
    const depth = 100_000;
    const document = `{"a":[${'[],'.repeat(depth)}[]],"b":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const { skipped, scanned } = endsOf(document);
    expect(skipped).toStrictEqual(scanned);
  });

  it('answers -1 for what is never closed, and for what is closed more often than opened', () => {
    expect(createSkipper(Buffer.from('{"a":[1,2'))(5)).toBe(-1);
    expect(readDocument(Buffer.from('{"a":1}}'))).toBeUndefined();
    expect(readDocument(Buffer.from('}{"a":1}'))).toBeUndefined();
  });

  it('does its work without WebAssembly, too', () => {
    vi.stubGlobal('WebAssembly', undefined);
    const { skipped, scanned } = endsOf('{"a":{"b":["}"]},"c":[1]}');
    expect(skipped).toStrictEqual(scanned);
  });
});
