import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileSchema, depthOf } from '../../src/sbom/json-schema.ts';
import { cyclonedxSchema } from '../../src/sbom/schemas.ts';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { cyclonedxVersions } from '../../src/sbom/cyclonedx-terms.ts';
import { tool, workshop } from './inventories.ts';

function problems(schema: Parameters<typeof compileSchema>[0], value: unknown): readonly string[] {
  return compileSchema(schema, () => undefined)(value).map(({ pointer, message }) => `${pointer}: ${message}`);
}

test('the place of a problem is a JSON pointer', () => {
  const schema = { properties: { 'a/b~c': { items: { type: 'string' } } } };
  expect(problems(schema, { 'a/b~c': ['x', 1] })).toEqual(['/a~1b~0c/1: must be string']);
});

test('a keyword that is not understood is an error and not a pass', () => {
  expect(() => compileSchema({ contains: {} }, () => undefined)).toThrow('contains');
  expect(() => compileSchema({ format: 'hostname' }, () => undefined)).toThrow('hostname');
});

test('nor where a reference leads to it', () => {
  const schema = { properties: { a: { $ref: '#/definitions/a' } }, definitions: { a: { contains: {} } } };
  expect(() => problems(schema, { a: 1 })).toThrow('contains');
});

test('a length is counted in code points', () => {
  for (const [text, length] of [
    ['', 0],
    ['\u{1F512}', 1],
    ['a\u{1F512}', 2],
    ['\u{1F512}\u{1F512}', 2],
    ['abc', 3],
  ] as const) {
    // prettier-ignore
    for (const limit of [0, 1, 2, 3, 4]) {
      expect(problems({ minLength: limit }, text).length === 0).toBe(length >= limit);
      expect(problems({ maxLength: limit }, text).length === 0).toBe(length <= limit);
    }
  }
});

test('recursive definitions end', () => {
  const schema = {
    $ref: '#/definitions/tree',
    definitions: { tree: { type: 'object', properties: { child: { $ref: '#/definitions/tree' } } } },
  };
  expect(problems(schema, { child: { child: 3 } })).toEqual(['/child/child: must be object']);
});

test('a value that was accepted is judged again when it was changed, and where it stands under another definition', () => {
  const text = { $ref: '#/definitions/text' };
  const schema = {
    properties: { a: text, b: text, c: { $ref: '#/definitions/number' } },
    definitions: { text: { items: { type: 'string' } }, number: { items: { type: 'number' } } },
  };
  const judge = compileSchema(schema, () => undefined);
  const list: unknown[] = ['x'];
  expect(judge({ a: list, b: list })).toEqual([]);
  expect(judge({ a: list, b: list, c: list })).toEqual([{ pointer: '/c/0', message: 'must be number' }]);
  list[0] = 1;
  expect(judge({ a: list }).map(({ pointer }) => pointer)).toEqual(['/a/0']);
});

test('inherited names are no properties', () => {
  const schema = { type: 'object', properties: { constructor: { type: 'string' } }, required: ['toString'], additionalProperties: false };
  expect(problems(schema, JSON.parse('{"__proto__":1}'))).toEqual([': must have toString', '/__proto__: is not allowed']);
});

test('depth is counted without recursion', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
  expect(depthOf(deep, 100)).toBe(101);
  expect(depthOf({ a: [1] }, 100)).toBe(2);
});

describe('differential test against ajv', () => {
  test.each(cyclonedxVersions)('on documents of %s that were damaged at random places both agree', async (spec) => {
    const ajv = officialSchema(spec);
    const ours = cyclonedxSchema(spec);
    const text = await toCycloneDX(workshop, { spec, tool });
    const places = pathsIn(JSON.parse(text));
    const damage: fc.Arbitrary<unknown> = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        0,
        -1,
        1.5,
        '',
        'x',
        '\n',
        true,
        [],
        {},
        [''],
        'MIT',
        'library',
        'SHA-512',
        'urn:uuid:x',
        'http://x.example/ y',
      ),
      fc.jsonValue({ maxDepth: 2 }),
    );
    let refused = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.option(fc.constantFrom('name', 'id', 'purl', 'surplus', '__proto__')),
        damage,
        (path, added, value) => {
          const document: unknown = JSON.parse(text);
          damageAt(document, path, added, value);
          const verdict = ajv(document);
          if (!verdict) refused++;
          expect(ours(document).length === 0, JSON.stringify({ path, added, value })).toBe(verdict);
        },
      ),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(40);
  });
});

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, Array.isArray(value) ? Number(key) : key]))];
}

function damageAt(document: unknown, path: Path, added: string | null, value: unknown): void {
  let at = document as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  const last = path.at(-1);
  if (last === undefined) return;
  const target = at[last];
  if (added !== null && typeof target === 'object' && target !== null && !Array.isArray(target)) {
    Object.defineProperty(target, added, { value, enumerable: true, configurable: true, writable: true });
  } else at[last] = value;
}

function officialSchema(spec: string): (document: unknown) => boolean {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat('iri-reference', (text: string) => !/[\s<>"{}|\\^`]/.test(text));
  ajv.addFormat('idn-email', true);
  const read = (file: string): Record<string, unknown> =>
    JSON.parse(readFileSync(`node_modules/@cyclonedx/cyclonedx-library/res/schema/${file}`, 'utf8')) as Record<string, unknown>;
  for (const file of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
    ajv.addSchema({ ...read(`${file}.SNAPSHOT.schema.json`), $id: `http://cyclonedx.org/schema/${file}.SNAPSHOT.schema.json` });
  }
  const validate = ajv.compile(read(`bom-${spec}.SNAPSHOT.schema.json`));
  return (document) => validate(document);
}
