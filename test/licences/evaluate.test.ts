import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateExpression, evaluateText } from '../../src/licences/evaluate.ts';
import type { LicenceExpression } from '../../src/licences/expression.ts';
import { parseExpression, termsOf } from '../../src/licences/expression.ts';
import type { LicenceLists, LicencePolicy } from '../../src/licences/policy.ts';
import { readLicencePolicy } from '../../src/licences/policy.ts';
import { formatTerm } from '../../src/licences/term.ts';

function policy(lists: LicenceLists): LicencePolicy {
  const read = readLicencePolicy(lists);
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join());
  return read.policy;
}

function judge(text: string | null, lists: LicenceLists): string {
  const result = evaluateText(text, policy(lists));
  switch (result.verdict) {
    case 'allow':
      return `allow: ${result.chosen.map(({ term }) => formatTerm(term)).join(', ')}`;
    case 'deny':
      return `deny: ${result.problem ?? result.missing.map(({ term }) => formatTerm(term)).join(', ')}`;
    case 'review':
      return `review: ${result.problem}`;
  }
}

describe('evaluateText', () => {
  it.each([
    ['MIT AND GPL-3.0-only', ['MIT'], 'deny: GPL-3.0-only'],
    ['MIT OR Apache-2.0 AND GPL-3.0-only', ['MIT'], 'allow: MIT'],
    ['GPL-3.0-only OR ISC OR MIT', ['MIT', 'ISC'], 'allow: ISC'],
    ['(GPL-3.0-only AND AGPL-3.0-only) OR (ISC AND MIT)', ['MIT'], 'deny: ISC'],
    ['MIT AND MIT', ['MIT'], 'allow: MIT'],
    ['MIT-0', ['MIT'], 'deny: MIT-0'],
    ['MIT', [], 'deny: MIT'],
    ['LicenseRef-Acme', ['LicenseRef-acme'], 'allow: LicenseRef-Acme'],
    ['DocumentRef-ext:LicenseRef-acme', ['LicenseRef-acme'], 'deny: DocumentRef-ext:LicenseRef-acme'],
  ])('judges %s against %j: %s', (text, allow, expected) => expect(judge(text, { allow })).toBe(expected));

  it.each([
    ['GPL-2.0-or-later', 'GPL-3.0-only', true],
    ['GPL-2.0-only', 'GPL-3.0-only', false],
    ['GPL-3.0-only', 'GPL-2.0-or-later', true],
    ['GPL-3.0-or-later', 'GPL-2.0-only', false],
    ['GPL-2.0-or-later', 'GPL-3.0-or-later', true],
    ['LGPL-3.0', 'LGPL-2.1', false],
    ['AGPL-3.0', 'AGPL-1.0', false],
    ['CDDL-1.1', 'CDDL-1.0', false],
    ['GFDL-1.3', 'GFDL-1.1', false],
    ['CDDL-1.1', 'CDDL-1.0+', true],
    ['AGPL-3.0-or-later', 'GPL-3.0-or-later', false],
    ['GFDL-1.3-invariants-only', 'GFDL-1.3-or-later', false],
    ['CC-BY-2.5', 'CC-BY-2.0+', true],
    ['CC-BY-SA-4.0', 'CC-BY-2.0+', false],
    ['BSD-2-Clause+', 'BSD-3-Clause', false],
    ['SSPL-1.0', 'AGPL-3.0-or-later', false],
  ])('knows that %s against %s passes: %s', (text, allowed, passes) =>
    expect(judge(text, { allow: [allowed] }).startsWith('allow')).toBe(passes),
  );

  it.each([
    [null, 'review: missing'],
    ['  ', 'review: missing'],
    ['UNLICENSED', 'deny: unlicensed'],
    ['UNLISENCED', 'deny: unlicensed'],
    ['NONE', 'deny: none'],
    ['NOASSERTION', 'review: noassertion'],
    ['SEE LICENSE IN LICENSE-MIT', 'review: see-file'],
    ['Public Domain', 'review: unknown-id'],
    ['MIT WITH Commons-Clause', 'review: unknown-exception'],
  ])('never lets %j pass: %s', (text, expected) => {
    expect(judge(text, { allow: ['MIT', 'Unlicense', 'CC0-1.0'] })).toBe(expected);
    expect(judge(text, { deny: ['GPL-3.0-only'] })).toBe(expected);
  });
});

describe('exceptions', () => {
  const pair = 'GPL-2.0-only WITH Classpath-exception-2.0';
  it('have to be listed with their licence', () => {
    expect(judge(pair, { allow: ['GPL-2.0-only'] })).toBe(`deny: ${pair}`);
    expect(judge(pair, { allow: [pair] })).toBe(`allow: ${pair}`);
    expect(judge('GPL-2.0-only', { allow: [pair] })).toBe('deny: GPL-2.0-only');
  });

  it('are covered by their base when the policy says so, and only those of the SPDX list', () => {
    const lists = { allow: ['GPL-2.0-only', 'MIT', 'category:weak-copyleft'], exceptions: 'base-implies' } as const;
    expect(judge(pair, lists)).toBe(`allow: ${pair}`);
    expect(judge('LGPL-3.0-only WITH LGPL-3.0-linking-exception', lists)).toMatch(/^allow/);
    expect(judge('MIT WITH AdditionRef-acme-patents', lists)).toMatch(/^deny/);
  });
});

describe('deny lists', () => {
  it('take away only the alternatives that need what they name', () => {
    expect(judge('MIT OR GPL-3.0-only', { deny: ['GPL-3.0-only'] })).toBe('allow: MIT');
    expect(judge('MIT AND GPL-3.0-only', { deny: ['GPL-3.0-only'] })).toBe('deny: GPL-3.0-only');
    expect(judge('GPL-3.0', { allow: ['GPL-3.0-only'], deny: ['GPL-3.0-only'] })).toBe('deny: GPL-3.0-only');
    expect(judge('AGPL-3.0-or-later', { deny: ['category:network-copyleft'] })).toMatch(/^deny/);
  });

  it('leave the versions that an "or later" still offers', () => {
    expect(judge('GPL-2.0-or-later', { deny: ['GPL-3.0-only'] })).toMatch(/^allow/);
    expect(judge('GPL-2.0-or-later', { deny: ['GPL-2.0-or-later'] })).toMatch(/^deny/);
  });

  it('never let terms pass that only their author knows', () =>
    expect(judge('LicenseRef-acme', { deny: ['GPL-3.0-only'] })).toMatch(/^deny/));
});

describe('hostile expressions', () => {
  it('are judged without expanding them: 2^40 alternatives in no time', () => {
    const text = Array.from({ length: 40 }, () => '(MIT OR GPL-3.0-only)').join(' AND ');
    const startedAt = performance.now();
    expect(judge(text, { allow: ['MIT'] })).toBe('allow: MIT');
    expect(judge(text, { allow: ['ISC'] })).toBe('deny: MIT');
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it('are judged with five thousand alternatives', () => {
    const text = [...Array.from({ length: 5000 }, () => 'GPL-3.0-only'), 'MIT'].join(' OR ');
    expect(judge(text, { allow: ['MIT'] })).toBe('allow: MIT');
  });
});

const ids = ['MIT', 'ISC', 'Apache-2.0', 'GPL-3.0-only'] as const;
const expressions = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(...ids),
    fc.tuple(tie('node'), fc.constantFrom('AND', 'OR'), tie('node')).map((parts) => `(${parts.join(' ')})`),
  ),
})).node;

describe('properties', () => {
  it('agrees with plain boolean logic, and chooses terms that are enough by themselves', () => {
    fc.assert(
      fc.property(expressions, fc.subarray([...ids]), (text, allow) => {
        const parsed = parseExpression(text);
        if (!parsed.ok) throw new Error(text);
        const result = evaluateExpression(parsed.expression, policy({ allow }));
        expect(result.verdict).toBe(holds(parsed.expression, new Set(allow)) ? 'allow' : 'deny');
        if (result.verdict === 'allow') expect(holds(parsed.expression, new Set(result.chosen.map(({ term }) => term.id)))).toBe(true);
        // What is missing is enough: with it the expression would pass.
        if (result.verdict === 'deny')
          expect(holds(parsed.expression, new Set([...allow, ...result.missing.map(({ term }) => term.id)]))).toBe(true);
      }),
    );
  });

  it('never denies more when more is allowed', () => {
    fc.assert(
      fc.property(expressions, fc.subarray([...ids]), fc.constantFrom(...ids), (text, allow, further) => {
        const passes = judge(text, { allow }).startsWith('allow');
        return !passes || judge(text, { allow: [...allow, further] }).startsWith('allow');
      }),
    );
  });
});

function holds(node: LicenceExpression, allowed: ReadonlySet<string>): boolean {
  if (node.kind === 'term') return termsOf(node).every(({ id }) => allowed.has(id));
  return node.kind === 'and' ? node.operands.every((one) => holds(one, allowed)) : node.operands.some((one) => holds(one, allowed));
}
