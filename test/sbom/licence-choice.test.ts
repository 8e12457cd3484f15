import { expect, test } from 'vitest';
import { licenceChoice } from '../../src/sbom/licence-choice.ts';

test.each([
  ['MIT', { kind: 'id', id: 'MIT' }],
  [' MIT ', { kind: 'id', id: 'MIT' }],
  ['GPL-2.0', { kind: 'id', id: 'GPL-2.0' }],
  ['(MIT OR Apache-2.0)', { kind: 'expression', expression: '(MIT OR Apache-2.0)' }],
  ['GPL-2.0-only WITH Classpath-exception-2.0', { kind: 'expression', expression: 'GPL-2.0-only WITH Classpath-exception-2.0' }],
  ['mit-ish', { kind: 'name', name: 'mit-ish' }],
  ['SEE LICENSE IN LICENSE.md', { kind: 'name', name: 'SEE LICENSE IN LICENSE.md' }],
  ['UNLICENSED', { kind: 'name', name: 'UNLICENSED' }],
  ['constructor', { kind: 'name', name: 'constructor' }],
])('%s', (raw, choice) => {
  expect(licenceChoice(raw)).toEqual(choice);
});

test('blank text is no licence', () => {
  expect(licenceChoice('  ')).toBeUndefined();
});

test('an expression of absurd length or depth is only a name', () => {
  expect(licenceChoice(Array.from({ length: 100_000 }, () => 'MIT').join(' OR '))?.kind).toBe('name');
  expect(licenceChoice(`${'('.repeat(200)}MIT${')'.repeat(200)}`)?.kind).toBe('name');
});
