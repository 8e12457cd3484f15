import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { npmPurl } from '../../src/model/purl.ts';
import { parsePurl } from '../../src/sbom/purl-parts.ts';

test('what the model writes is read back, whatever the name', () => {
  const segment = fc
    .string({ minLength: 1, maxLength: 12 })
    .filter((text) => !text.includes('/') && text.isWellFormed() && !text.startsWith('@'));
  fc.assert(
    fc.property(fc.option(segment, { nil: undefined }), segment, segment, fc.webUrl(), (scope, name, version, url) => {
      const full = scope === undefined ? name : `@${scope}/${name}`;
      expect(parsePurl(npmPurl(full, version, { download_url: url }))).toEqual({
        type: 'npm',
        namespace: scope === undefined ? '' : `@${scope}`,
        name,
        version,
        qualifiers: new Map([['download_url', url]]),
      });
    }),
  );
});

test('a scope that other tools leave unencoded is understood', () => {
  expect(parsePurl('pkg:npm/@smithy/anvil@1.0.0')).toMatchObject({ namespace: '@smithy', name: 'anvil', version: '1.0.0' });
});

test.each(['', 'npm/x@1', 'pkg:npm', 'pkg:npm/', 'pkg:npm/%zz@1', 'pkg:npm/x?novalue', 'https://registry.example'])(
  '%s is no purl',
  (text) => {
    expect(parsePurl(text)).toBeUndefined();
  },
);
