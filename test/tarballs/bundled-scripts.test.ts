import { describe, expect, it } from 'vitest';
import { bundledScripts, isBundledManifest } from '../../src/tarballs/bundled-scripts.ts';
import type { KeptFile, ReadPackage } from '../../src/tarballs/read-package.ts';

function packageOf(manifests: Readonly<Record<string, unknown>>, further: readonly string[] = [], isCut = false): ReadPackage {
  const kept = Object.entries(manifests).map(([path, manifest]): KeptFile => ({
    path,
    sha256: '0'.repeat(64),
    text: typeof manifest === 'string' ? manifest : JSON.stringify(manifest),
    ...(isCut ? { isCut: true } : {}),
  }));
  const paths = [...Object.keys(manifests), ...further];
  return { files: paths.map((path) => ({ path, size: 1, mode: 0o644 })), kept, oddities: [], unpackedSize: 1 };
}

describe('scripts of packages inside a tarball', () => {
  it.each([
    ['node_modules/inner/package.json', true],
    ['node_modules/@scope/inner/package.json', true],
    ['node_modules/inner/node_modules/deeper/package.json', true],
    ['Node_Modules/inner/package.json', true],
    ['package.json', false],
    ['lib/package.json', false],
    ['node_modules/inner/lib/package.json', false],
    ['node_modules/package.json', false],
    ['node_modules/@scope/package.json', false],
    ['test/node_modules/inner/package.json', false],
  ])('%s is a manifest that counts: %s', (path, isCounted) => {
    expect(isBundledManifest(path)).toBe(isCounted);
  });

  it('are those of install events, and the build of a binding.gyp that nothing replaces', () => {
    const read = packageOf(
      {
        'package.json': { scripts: { postinstall: 'own' } },
        'node_modules/a/package.json': { scripts: { postinstall: 'node a.js', test: 'vitest' } },
        'node_modules/b/package.json': {},
        'node_modules/c/package.json': { gypfile: false },
        'node_modules/d/package.json': { scripts: { test: 'vitest' } },
      },
      ['node_modules/b/binding.gyp', 'node_modules/c/binding.gyp'],
    );
    expect(bundledScripts(read)).toEqual([
      { path: 'node_modules/a', scripts: { postinstall: 'node a.js' } },
      { path: 'node_modules/b', scripts: { install: 'node-gyp rebuild' } },
    ]);
  });

  it('are taken to be there where a manifest is too long to be read', () => {
    expect(bundledScripts(packageOf({ 'node_modules/a/package.json': '{}' }, [], true))).toMatchObject([{ path: 'node_modules/a' }]);
  });

  it('are none where npm itself cannot read the manifest', () => {
    expect(bundledScripts(packageOf({ 'node_modules/a/package.json': 'no JSON' }))).toEqual([]);
  });
});
