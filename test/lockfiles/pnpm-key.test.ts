import { describe, expect, test } from 'vitest';
import { keyOfReference, keyStyleOf, parsePnpmKey, type KeyStyle } from '../../src/lockfiles/pnpm-key.ts';

describe('a key of a pnpm lockfile', () => {
  test.each<[KeyStyle, string, string | undefined, string]>([
    ['slash', '/react/17.0.2', 'react', '17.0.2'],
    ['slash', '/@babel/core/7.1.0_@types+node@20.1.0', '@babel/core', '7.1.0'],
    ['slash', '/tool/1.0.0_a7d7920', 'tool', '1.0.0'],
    ['slash', '/tool/1.0.0/peer@2.0.0', 'tool', '1.0.0'],
    ['slash', 'npm.example/tool/1.0.0', 'tool', '1.0.0'],
    ['slash', 'localhost+4873/@acme/tool/1.0.0', '@acme/tool', '1.0.0'],
    ['slash', 'github.com/owner/tool/0123456789012345678901234567890123456789', undefined, ''],
    ['slash', 'file:local/dir', undefined, ''],
    ['slash', '@codeload.github.com/owner/tool/tar.gz/0123', undefined, ''],
    ['at-after-slash', '/react-dom@17.0.2(react@17.0.2)', 'react-dom', '17.0.2'],
    ['at-after-slash', '/@scope/x@1.0.0(@types/node@20.1.0)(y@2.0.0(z@1.0.0))', '@scope/x', '1.0.0'],
    ['at-after-slash', 'npm.example/tool@1.0.0', 'tool', '1.0.0'],
    ['at-after-slash', 'file:local/dir(react@18.2.0)', undefined, ''],
    ['at', 'react@18.2.0', 'react', '18.2.0'],
    ['at', '@scope/x@1.0.0(@types/node@20.1.0)', '@scope/x', '1.0.0'],
    ['at', 'tool@https://host.example/a(b)/tool.tgz', 'tool', 'https://host.example/a(b)/tool.tgz'],
    ['at', 'dir@file:some (copy)/dir(react@18.2.0)', 'dir', 'file:some (copy)/dir'],
    ['at', 'node@runtime:24.6.0', 'node', 'runtime:24.6.0'],
    ['at', 'tool@git+ssh://git@host.example/tool.git#0123', 'tool', 'git+ssh://git@host.example/tool.git#0123'],
  ])('%s: %s', (style, key, name, version) => {
    expect(parsePnpmKey(key, style)).toMatchObject({ name, version });
  });

  test('a patch is found among the peers', () => {
    expect(parsePnpmKey('is-odd@3.0.1(patch_hash=abc)(react@18.2.0)', 'at')).toMatchObject({ bare: 'is-odd@3.0.1', patchHash: 'abc' });
  });

  test('the style follows the version', () => {
    expect(['5.1', '5.4-inlineSpecifiers', '6.0', '6.1', '9.0', '10.0'].map(keyStyleOf)).toEqual([
      'slash',
      'slash',
      'at-after-slash',
      'at-after-slash',
      'at',
      'at',
    ]);
  });
});

describe('what a dependency stands for', () => {
  const nothing = (): boolean => false;

  test.each<[KeyStyle, string, string, string]>([
    ['slash', '17.0.2', 'react', '/react/17.0.2'],
    ['slash', '/kind-of/6.0.3', 'kind', '/kind-of/6.0.3'],
    ['slash', 'github.com/owner/tool/0123', 'tool', 'github.com/owner/tool/0123'],
    ['at-after-slash', '17.0.2(@types/node@20.1.0)', 'x', '/x@17.0.2(@types/node@20.1.0)'],
    ['at-after-slash', '/kind-of@6.0.3', 'kind', '/kind-of@6.0.3'],
    ['at-after-slash', 'file:local/dir(react@18.2.0)', 'dir', 'file:local/dir(react@18.2.0)'],
    ['at', '17.0.2(@types/node@20.1.0)', 'x', 'x@17.0.2(@types/node@20.1.0)'],
    ['at', 'kind-of@6.0.3', 'kind', 'kind-of@6.0.3'],
    ['at', '@scope/real@1.0.0(react@18.2.0)', 'alias', '@scope/real@1.0.0(react@18.2.0)'],
    ['at', 'file:local/dir(react@18.2.0)', 'dir', 'dir@file:local/dir(react@18.2.0)'],
    ['at', 'https://user@host.example/x.tgz', 'x', 'x@https://user@host.example/x.tgz'],
    ['at', 'runtime:24.6.0', 'node', 'node@runtime:24.6.0'],
  ])('%s: %s', (style, reference, name, key) => {
    expect(keyOfReference(reference, name, style, nothing)).toBe(key);
  });

  test('the other reading counts where only its entry exists', () => {
    expect(keyOfReference('real@1.0.0', 'alias', 'at', (key) => key === 'alias@real@1.0.0')).toBe('alias@real@1.0.0');
  });
});
