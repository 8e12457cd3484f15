import { describe, expect, test } from 'vitest';
import { isPackageName, joinPath, leavesProject, parentFolder, readInstallPath } from '../../src/lockfiles/install-path.ts';

const place = { file: 'package-lock.json', line: 1 };

describe('taking a path apart', () => {
  test.each([
    ['node_modules/rope', { kind: 'package', container: '', name: 'rope' }],
    ['node_modules/@a/b', { kind: 'package', container: '', name: '@a/b' }],
    ['node_modules/@a/b/node_modules/c', { kind: 'package', container: 'node_modules/@a/b', name: 'c' }],
    ['docks/east/node_modules/c', { kind: 'package', container: 'docks/east', name: 'c' }],
    ['../pier/node_modules/c', { kind: 'package', container: '../pier', name: 'c' }],
    ['docks/east', { kind: 'folder', parent: 'docks', name: 'east' }],
    ['docks', { kind: 'folder', parent: '', name: 'docks' }],
    ['docks/@harbour/east', { kind: 'folder', parent: 'docks/@harbour', name: '@harbour/east' }],
    ['../pier', { kind: 'folder', parent: undefined, name: 'pier' }],
    ['node_modules/rope/docks/east', { kind: 'folder', parent: 'node_modules/rope/docks', name: 'east' }],
    ['my_node_modules/rope', { kind: 'folder', parent: 'my_node_modules', name: 'rope' }],
  ])('%s', (path, expected) => {
    expect(readInstallPath(path, place)).toEqual(expected);
  });
});

test('names that mean something in a path are no package names', () => {
  for (const name of ['rope', '@a/b', 'JSONStream', 'constructor', '_', "it's", 'big.js'])
    expect({ name, is: isPackageName(name) }).toEqual({ name, is: true });
  for (const name of [
    '',
    '.',
    '..',
    '@a',
    '@a/',
    '@/b',
    'a/b',
    '@a/b/c',
    '@a/..',
    'node_modules',
    '@a/node_modules',
    'a\\b',
    'a\0b',
    '/a',
  ]) {
    expect({ name, is: isPackageName(name) }).toEqual({ name, is: false });
  }
});

test('walking up stops at the project, and at once outside it', () => {
  expect(parentFolder('docks/east')).toBe('docks');
  expect(parentFolder('docks')).toBe('');
  expect(parentFolder('')).toBeUndefined();
  expect(parentFolder('../pier/inner')).toBe('../pier');
  expect(parentFolder('../pier')).toBeUndefined();
  expect(parentFolder('../../pier')).toBeUndefined();
});

test('joining resolves dots and keeps what leads outside', () => {
  expect(joinPath('docks', './east/../west')).toBe('docks/west');
  expect(joinPath('', '.')).toBe('');
  expect(joinPath('docks', '../../pier')).toBe('../pier');
  expect(leavesProject(joinPath('', '../pier'))).toBe(true);
  expect(leavesProject('..pier')).toBe(false);
});
