import * as fc from 'fast-check';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { formatExpression, maximumExpressionDepth, maximumExpressionLength, parseExpression } from '../../src/licences/expression.ts';

const require = createRequire(import.meta.url);
const parseWithLibrary = require('spdx-expression-parse') as (text: string) => unknown;

function canonical(text: string): string {
  const parsed = parseExpression(text);
  return parsed.ok ? formatExpression(parsed.expression) : `${parsed.problem} at ${parsed.span.start}-${parsed.span.end}`;
}

describe('parseExpression', () => {
  it.each([
    ['mit', 'MIT'],
    ['(MIT)', 'MIT'],
    ['((MIT OR (ISC)))', 'MIT OR ISC'],
    ['MIT or ISC', 'MIT OR ISC'],
    ['MIT OR ISC AND 0BSD', 'MIT OR ISC AND 0BSD'],
    ['(MIT OR ISC) AND 0BSD', '(MIT OR ISC) AND 0BSD'],
    ['(MIT AND ISC) OR 0BSD', 'MIT AND ISC OR 0BSD'],
    ['GPL-2.0', 'GPL-2.0-only'],
    ['gpl-2.0+', 'GPL-2.0-or-later'],
    ['Apache-1.1+', 'Apache-1.1+'],
    ['MIT+', 'MIT'],
    ['GPL-2.0-with-classpath-exception', 'GPL-2.0-only WITH Classpath-exception-2.0'],
    ['GPL-2.0-or-later with classpath-exception-2.0', 'GPL-2.0-or-later WITH Classpath-exception-2.0'],
    ['DocumentRef-bom:LicenseRef-acme', 'DocumentRef-bom:LicenseRef-acme'],
    ['MIT WITH AdditionRef-acme-patents', 'MIT WITH AdditionRef-acme-patents'],
  ])('reads %s as %s', (text, expected) => expect(canonical(text)).toBe(expected));

  it.each([
    ['', 'syntax at 0-0'],
    ['MIT AND', 'syntax at 7-7'],
    ['MIT ISC', 'syntax at 4-7'],
    ['(MIT', 'syntax at 0-1'],
    ['MIT)', 'syntax at 3-4'],
    ['()', 'syntax at 1-2'],
    ['MIT Or ISC', 'syntax at 4-6'],
    ['GPL-2.0 +', 'syntax at 8-9'],
    ['GPL-2.0-only+', 'syntax at 0-13'],
    ['LicenseRef-', 'syntax at 0-11'],
    ['LicenseRef-a_b', 'syntax at 0-14'],
    ['LicenseRef-acme+', 'syntax at 0-16'],
    ['DocumentRef-bom:MIT', 'syntax at 0-19'],
    ['NONE OR MIT', 'syntax at 0-4'],
    ['MIT WITH ISC', 'syntax at 9-12'],
    ['MIT WITH Commons-Clause', 'unknown-exception at 9-23'],
    ['MIT OR proprietary', 'unknown-id at 7-18'],
    ['licenseref-acme', 'unknown-id at 0-15'],
    ['M\u200bIT', 'unknown-id at 0-4'],
  ])('refuses %j at the place: %s', (text, expected) => expect(canonical(text)).toBe(expected));

  it('says what was written with a deprecated id or a needless plus', () => {
    const parsed = parseExpression('GPL-2.0 OR MIT+');
    expect(parsed.ok && parsed.notices).toMatchObject([
      { kind: 'deprecated-id', written: 'GPL-2.0', current: 'GPL-2.0-only' },
      { kind: 'needless-plus', written: 'MIT+' },
    ]);
  });

  it('keeps the place of every leaf', () => {
    const parsed = parseExpression('(MIT OR  ISC)');
    expect(parsed.ok && parsed.expression.kind !== 'term' && parsed.expression.operands.map(({ span }) => span)).toEqual([
      { start: 1, end: 4 },
      { start: 9, end: 12 },
    ]);
  });
});

describe('hostile expressions', () => {
  it('refuses ten thousand parentheses without a stack overflow', () => {
    expect(canonical(`${'('.repeat(10_000)}MIT${')'.repeat(10_000)}`)).toMatch(/^too-deep/);
  });

  it('reads exactly the permitted depth', () => {
    const nested = (depth: number): string => canonical(`${'('.repeat(depth)}MIT${')'.repeat(depth)}`);
    expect(nested(maximumExpressionDepth)).toBe('MIT');
    expect(nested(maximumExpressionDepth + 1)).toMatch(/^too-deep/);
  });

  it('refuses a megabyte by its length', () => {
    expect(canonical('A'.repeat(1_000_000))).toBe('too-long at 0-1000000');
    expect(canonical('A'.repeat(maximumExpressionLength))).toMatch(/^unknown-id/);
  });

  it('reads a chain of twenty thousand alternatives', () => {
    expect(parseExpression(Array.from({ length: 20_000 }, () => 'MIT').join(' OR ')).ok).toBe(true);
  });

  it('never throws, whatever the text', () => {
    const pieces = fc.array(
      fc.constantFrom('MIT', 'ISC', '(', ')', 'AND', 'or', 'WITH', '+', ' ', 'LicenseRef-x', ':', '\u0000', 'é', 'NONE'),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          pieces.map((parts) => parts.join(' ')),
        ),
        (text) => typeof parseExpression(text).ok === 'boolean',
      ),
    );
  });

  it('shows only printable characters of what it refuses', () => {
    const parsed = parseExpression('\u001b[2JMIT');
    expect(parsed.ok ? '' : parsed.message).toMatch(/^[ -~…]+$/);
  });
});

/** Expressions that every implementation reads. */
const wellFormed = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'MIT',
      'ISC',
      'Apache-2.0',
      'GPL-2.0-only',
      'GPL-3.0-or-later',
      'LicenseRef-acme',
      'GPL-2.0-only WITH Classpath-exception-2.0',
    ),
    fc.tuple(tie('expression'), fc.constantFrom('AND', 'OR'), tie('expression')).map((parts) => `(${parts.join(' ')})`),
  ),
})).expression;

describe('properties', () => {
  it('reads everything that spdx-expression-parse reads', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        parseWithLibrary(text);
        return parseExpression(text).ok;
      }),
    );
  });

  it('writes a canonical form that reads as itself and means the same to spdx-expression-parse', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        const once = canonical(text);
        expect(canonical(once)).toBe(once);
        expect(leaves(parseWithLibrary(once))).toEqual(leaves(parseWithLibrary(text)));
      }),
    );
  });
});

/** The library's tree with equal operators in a row joined, as ours are. */
function leaves(tree: unknown): unknown {
  if (tree === null || typeof tree !== 'object' || !('conjunction' in tree)) return tree;
  const { conjunction, left, right } = tree as { readonly conjunction: string; readonly left: unknown; readonly right: unknown };
  const operands = [left, right].map(leaves).flatMap((side) => (Array.isArray(side) && side[0] === conjunction ? side.slice(1) : [side]));
  return [conjunction, ...operands];
}
