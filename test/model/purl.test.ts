import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { barePurl, genericPurl, npmPurl, purlOf } from '../../src/model/purl.ts';

describe('a purl of npm', () => {
  test.each([
    ['left-pad', '1.3.0', 'pkg:npm/left-pad@1.3.0'],
    ['JSONStream', '1.3.5', 'pkg:npm/JSONStream@1.3.5'],
    ['@babel/core', '7.0.0-beta.1+build.5', 'pkg:npm/%40babel/core@7.0.0-beta.1%2Bbuild.5'],
    ['left-pad', '', 'pkg:npm/left-pad'],
    ["jquery.'(!)*'", '1.0.0', 'pkg:npm/jquery.%27%28%21%29%2A%27@1.0.0'],
    ['a/b?c#d@e', '1.0.0', 'pkg:npm/a%2Fb%3Fc%23d%40e@1.0.0'],
    ['\ud800', '1.0.0', 'pkg:npm/%EF%BF%BD@1.0.0'],
  ])('%s@%s is %s', (name, version, purl) => {
    expect(npmPurl(name, version)).toBe(purl);
  });

  test('qualifiers are sorted, encoded, and left out where they are empty', () => {
    expect(npmPurl('a', '1.0.0', { vcs_url: 'git+https://git.example/a&b', checksum: '', alias: undefined, b: '1' })).toBe(
      'pkg:npm/a@1.0.0?b=1&vcs_url=git%2Bhttps://git.example/a%26b',
    );
  });

  test('nothing in a name or version escapes its place', () => {
    assert(
      property(string({ unit: 'binary', minLength: 1 }), string({ unit: 'binary' }), (name, version) => {
        expect(npmPurl(name, version)).toMatch(/^pkg:npm\/[A-Za-z0-9._~:%-]+(?:\/[A-Za-z0-9._~:%-]*)?(?:@[A-Za-z0-9._~:%-]+)?$/);
      }),
    );
  });
});

describe('a purl of a component', () => {
  test('names where other bytes than a registry’s come from', () => {
    expect(purlOf('a', '1.0.0', { type: 'registry', url: 'https://registry.example/a.tgz' })).toBe('pkg:npm/a@1.0.0');
    expect(purlOf('a', '1.0.0', { type: 'tarball', url: 'https://cdn.example/a.tgz' })).toBe(
      'pkg:npm/a@1.0.0?download_url=https://cdn.example/a.tgz',
    );
    const git = 'pkg:npm/a@1.0.0?vcs_url=git%2Bhttps://git.example/a%40abc';
    expect(purlOf('a', '1.0.0', { type: 'git', url: 'https://git.example/a', commit: 'abc' })).toBe(git);
    expect(purlOf('a', '1.0.0', { type: 'git', url: 'git+https://git.example/a', commit: 'abc' })).toBe(git);
    expect(purlOf('a', '1.0.0', { type: 'git', url: 'https://git.example/a' })).toBe('pkg:npm/a@1.0.0?vcs_url=git%2Bhttps://git.example/a');
  });

  test('without qualifiers says name and version only', () => {
    expect(barePurl(purlOf('a', '1.0.0', { type: 'tarball', url: 'https://cdn.example/a.tgz?x=1' }))).toBe('pkg:npm/a@1.0.0');
    expect(barePurl(npmPurl('a', '1.0.0'))).toBe('pkg:npm/a@1.0.0');
  });

  test('a runtime is no package of npm', () => {
    expect(genericPurl('node', '26.7.0')).toBe('pkg:generic/node@26.7.0');
    expect(genericPurl('node', '')).toBe('pkg:generic/node');
  });
});
