import { expect, it } from 'vitest';
import { readPackedManifest } from '../../src/tarballs/packed-manifest.ts';

it('reads a manifest with a byte order mark, a single command, and fields of wrong types', () => {
  const manifest = readPackedManifest(
    '\u{feff}{"name":"@acme/ui","version":1,"bin":"cli.js","scripts":{"install":1,"test":"t"},"gypfile":false}',
  );
  expect(manifest).toMatchObject({ name: '@acme/ui', bin: { ui: 'cli.js' }, scripts: { test: 't' }, gypfile: false });
  expect(manifest?.version).toBeUndefined();
});

it('gives no meaning to a name that objects have by themselves', () => {
  const manifest = readPackedManifest('{"scripts":{"__proto__":"x","constructor":"y"}}');
  expect(Object.keys(manifest?.scripts ?? {})).toEqual(['__proto__', 'constructor']);
  expect(readPackedManifest('{}')?.scripts['constructor']).toBeUndefined();
});

it.each(['', '[]', 'null', '{"name":', '['.repeat(200_000)])('does not read what is no manifest', (text) => {
  expect(readPackedManifest(text)).toBeUndefined();
});
