import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findLockfiles, readFileBytes, readOptionalText, statPath, workingTree, writeFileAtomic } from '../../src/platform/files.ts';

let base = '';
let root = '';

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'lockgate-files-'));
  root = join(base, 'project');
  put('package.json', '{}');
  writeFileSync(join(base, 'outside.json'), 'outside');
});

afterEach(() => {
  rmSync(base, { recursive: true, force: true });
});

function put(path: string, content = '{}'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

describe('the working tree', () => {
  it('reads files below its root', () => {
    put('packages/a/package.json', 'text');
    expect(workingTree(root).read('packages/a/package.json')).toBe('text');
    expect(workingTree(root).read('./packages/../package.json')).toBe('{}');
  });

  it.each([
    '../outside.json',
    '/etc/hostname',
    'a/../../outside.json',
    'nothing',
    '',
    '.',
    'nul\0byte',
    'package.json/x',
    'x'.repeat(5_000),
  ])('has nothing at %j', (path) => {
    expect(workingTree(root).read(path)).toBeUndefined();
  });

  it('follows links only while they stay inside', () => {
    put('real/package.json', 'inside');
    symlinkSync(join(root, 'real'), join(root, 'inside'));
    symlinkSync(base, join(root, 'outside'));
    symlinkSync(join(base, 'outside.json'), join(root, 'outside.json'));
    symlinkSync('loop', join(root, 'loop'));
    const tree = workingTree(root);
    expect(tree.read('inside/package.json')).toBe('inside');
    expect([tree.read('outside/outside.json'), tree.read('outside.json'), tree.read('loop')]).toStrictEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['packages/*', ['packages/a', 'packages/b']],
    ['./packages/*/', ['packages/a', 'packages/b']],
    ['packages/**', ['packages/a', 'packages/b', 'packages/b/deep/c']],
    ['**', ['apps/web', 'packages/a', 'packages/b', 'packages/b/deep/c']],
    ['{apps,packages}/{web,a}', ['apps/web', 'packages/a']],
    ['packages/a', ['packages/a']],
    ['nowhere/*', []],
    ['../*', []],
    ['/etc', []],
  ])('finds the workspaces of %s', (glob, folders) => {
    for (const folder of ['packages/a', 'packages/b', 'packages/b/deep/c', 'apps/web', 'packages/a/node_modules/x', '.git/x'])
      put(`${folder}/package.json`);
    mkdirSync(join(root, 'packages', 'empty'));
    symlinkSync(base, join(root, 'packages', 'link'));
    expect(workingTree(root).workspaces(glob)).toStrictEqual(folders);
  });
});

describe('lockfiles', () => {
  const names = ['package-lock.json', 'yarn.lock'];

  it('are found here, and further down when asked', () => {
    for (const path of [
      'package-lock.json',
      'b/yarn.lock',
      'a/c/package-lock.json',
      'node_modules/x/package-lock.json',
      '.cache/yarn.lock',
      'a/other.lock',
    ])
      put(path);
    expect(findLockfiles(root, names, { isRecursive: false })).toStrictEqual(['package-lock.json']);
    expect(findLockfiles(root, names, { isRecursive: true })).toStrictEqual(['a/c/package-lock.json', 'b/yarn.lock', 'package-lock.json']);
  });

  it('that are links are found while they stay inside', () => {
    put('real/yarn.lock');
    symlinkSync(join(root, 'real/yarn.lock'), join(root, 'yarn.lock'));
    symlinkSync(join(base, 'outside.json'), join(root, 'package-lock.json'));
    symlinkSync(root, join(root, 'circle'));
    expect(findLockfiles(root, names, { isRecursive: true })).toStrictEqual(['real/yarn.lock', 'yarn.lock']);
  });
});

describe('single files', () => {
  it('are told from folders and from nothing', () => {
    expect([
      statPath(join(root, 'package.json')),
      statPath(root),
      statPath(join(root, 'no')),
      statPath(join(root, 'package.json', 'x')),
    ]).toStrictEqual(['file', 'folder', undefined, undefined]);
  });

  it('are read up to their limit', () => {
    expect(Buffer.from(readFileBytes(join(root, 'package.json'), 2, 'package.json')).toString()).toBe('{}');
    expect(() => readFileBytes(join(root, 'package.json'), 1, 'package.json')).toThrow(/package.json has 2 bytes; at most 1/);
    expect(() => readFileBytes(join(root, 'no'), 1, 'no')).toThrow('no cannot be read: ENOENT');
    expect(() => readFileBytes(root, 1, 'project')).toThrow('project is not a file');
    expect(readOptionalText(join(root, 'no'))).toBeUndefined();
  });

  it('are written whole, leaving nothing beside them', () => {
    writeFileAtomic(join(root, 'bom.json'), 'one');
    writeFileAtomic(join(root, 'bom.json'), 'two');
    expect(readFileSync(join(root, 'bom.json'), 'utf8')).toBe('two');
    expect(readdirSync(root).sort()).toStrictEqual(['bom.json', 'package.json']);
    expect(() => writeFileAtomic(join(root, 'no', 'bom.json'), 'x')).toThrow('the output cannot be written: ENOENT');
    expect(() => writeFileAtomic(root, 'x')).toThrow(/cannot be written/);
    expect(readdirSync(base).sort()).toStrictEqual(['outside.json', 'project']);
  });
});
