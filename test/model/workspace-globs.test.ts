import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesWorkspaceGlobs } from '../../src/model/workspace-globs.ts';

describe('folders that belong', () => {
  test.each([
    ['packages/a', ['packages/*']],
    ['packages/a', ['./packages/*']],
    ['packages/a', ['/packages/a/']],
    ['packages/a', ['packages/{a,b}']],
    ['packages/a/b', ['packages/**']],
    ['packages/a/b/c', ['**/c']],
    ['a/b', ['**']],
    ['packages/plugin-x', ['packages/plugin-*']],
    ['packages/abc', ['packages/a?c']],
    ['docs', ['docs']],
    ['packages/a', ['!packages/*', 'packages/a']],
    ['libs/core/x', ['{libs,apps}/{core,ui}/*']],
  ])('%s in %j', (folder, globs) => {
    expect(matchesWorkspaceGlobs(folder, globs)).toBe(true);
  });
});

describe('folders that do not', () => {
  test.each([
    ['packages/a/b', ['packages/*']],
    ['packages', ['packages/*']],
    ['packages/a', ['packages/*', '!packages/a']],
    ['packages/a', []],
    ['packages/a', ['']],
    ['packages/.cache', ['packages/*']],
    ['packages/a/node_modules/b', ['packages/**']],
    ['../a', ['../*']],
    ['packages/b', ['packages/{a,c}']],
    ['packages/xabc', ['packages/a*']],
  ])('%s in %j', (folder, globs) => {
    expect(matchesWorkspaceGlobs(folder, globs)).toBe(false);
  });
});

test('no pattern takes long', () => {
  const segment = fc.constantFrom('*', '**', 'a', '*a*a*a*', '{a,b}{a,b}{a,b}', '?', '{', '}', '!');
  const glob = fc.array(segment, { maxLength: 40 }).map((segments) => segments.join('/'));
  fc.assert(
    fc.property(glob, (pattern) => void matchesWorkspaceGlobs(`${'a/'.repeat(60)}${'a'.repeat(200)}`, [pattern])),
    { numRuns: 300 },
  );
  expect(matchesWorkspaceGlobs('a'.repeat(4000), [`${'*a'.repeat(2000)}b`])).toBe(false);
  expect(matchesWorkspaceGlobs('a', ['{a,b}'.repeat(5000)])).toBe(false);
});
