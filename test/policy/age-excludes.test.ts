import { describe, expect, it } from 'vitest';
import { ageExcludes, covers } from '../../src/policy/age-excludes.ts';

describe("the package managers' age excludes", () => {
  it.each([
    ['.npmrc', 'min-release-age-exclude[]=@acme/*\nmin-release-age-exclude[]=left-pad\n', ['@acme/*', 'left-pad']],
    ['pnpm-workspace.yaml', 'minimumReleaseAgeExclude:\n  - "@acme/*"\n  - left-pad@1.3.1\n', ['@acme/*', 'left-pad']],
    ['.yarnrc.yml', 'npmPreapprovedPackages: ["@acme/*", "left-pad@npm:1.3.1"]\n', ['@acme/*', 'left-pad']],
    ['bunfig.toml', '[install]\nminimumReleaseAgeExcludes = ["@acme/ui", "left-pad"]\n', ['@acme/ui', 'left-pad']],
    ['pnpm-workspace.yaml', 'minimumReleaseAgeExclude: &a [x]\nb: *a\n', ['x']],
    ['package.json', '{}', []],
  ])('are read from %s', (file, text, patterns) => {
    expect(ageExcludes(file, text).map(({ pattern }) => pattern)).toEqual(patterns);
  });

  it.each([
    ['left-pad', 'left-pad', true],
    ['left-pad', 'left-pad-x', false],
    ['@acme/*', '@acme/ui', true],
    ['@acme/*', '@acme-evil/ui', false],
    ['eslint-*-x', 'eslint-plugin-x', true],
    ['eslint-*-x', 'eslint-x', false],
    ['*', 'anything', true],
  ])('%s against %s: %s', (pattern, name, expected) => {
    expect(covers({ pattern, setting: '' }, name, '1.0.0')).toBe(expected);
  });

  it('with a version cover that version alone', () => {
    const [exclude] = ageExcludes('pnpm-workspace.yaml', 'minimumReleaseAgeExclude: [left-pad@1.3.1]\n');
    expect(exclude === undefined ? [] : ['1.3.1', '1.3.2'].map((version) => covers(exclude, 'left-pad', version))).toEqual([true, false]);
  });
});
