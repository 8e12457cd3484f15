import { isDeepStrictEqual } from 'node:util';
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wantedKeys } from '../../src/collectors/json-bytes.ts';
import type { Manifest } from '../../src/collectors/manifest.ts';
import { readDocument } from '../../src/collectors/packument-scan.ts';
import type { Times } from '../../src/collectors/packument-times.ts';
import { parseInstant } from '../../src/model/units.ts';
import { isCampaign } from '../support/campaign.ts';

const replay = new URL('../../../shared/replay/data/', import.meta.url);
const topLevel = ['name', 'versions', 'time', 'dist-tags', '__proto__', 'constructor', 'readme'];

/** What JSON.parse finds must be what the scan finds: same keys in the same order, same values. */
function expectSameAsParse(text: string): void {
  const whole: unknown = JSON.parse(text);
  const scanned = readDocument(Buffer.from(text));
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) {
    expect(scanned).toBeUndefined();
    return;
  }
  const members = new Map(Object.entries(whole));
  for (const key of [...topLevel, ...members.keys()]) expectEqual(scanned?.get(key), members.get(key));
  const versions: unknown = members.get('versions');
  const manifests =
    typeof versions === 'object' && versions !== null && !Array.isArray(versions) ? new Map(Object.entries(versions)) : undefined;
  expect(scanned?.versions === undefined ? undefined : new Set(scanned.versions)).toStrictEqual(
    manifests === undefined ? undefined : new Set(manifests.keys()),
  );
  const manifestAt = scanned?.manifests(wantedKeys(topLevel));
  for (const [version, manifest] of manifests ?? []) {
    expectEqual(scanned?.manifest(version), manifest);
    expectSameMembers(manifestAt?.(version), manifest);
  }
  expectSameTimes(scanned?.times(), members.get('time'));
}

function expectSameMembers(read: Manifest | undefined, manifest: unknown): void {
  const isObject = typeof manifest === 'object' && manifest !== null && !Array.isArray(manifest);
  expect(read?.isObject).toBe(isObject);
  if (!isObject) return;
  const own = new Map(Object.entries(manifest));
  for (const key of topLevel) {
    expectEqual(read?.get(key), own.get(key));
    expectEqual(
      read?.shared(key, (value) => [value]),
      [own.get(key)],
    );
  }
}

function expectSameTimes(times: Times | undefined, time: unknown): void {
  const isObject = typeof time === 'object' && time !== null && !Array.isArray(time);
  expect(times !== undefined).toBe(isObject);
  if (!isObject) return;
  for (const [key, value] of Object.entries(time)) expect(times?.at(key)).toBe(parseInstant(value));
  expectEqual(times?.unpublished, new Map(Object.entries(time)).get('unpublished'));
}

/** By node's comparison: the test runner's own trips over values with a member `constructor`. */
function expectEqual(actual: unknown, expected: unknown): void {
  expect(isDeepStrictEqual(actual, expected), `${JSON.stringify(actual)} is ${JSON.stringify(expected)}`).toBe(true);
}

const trickyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '"',
    '\\',
    '\\"',
    '}',
    '{',
    '"1.0.0":{',
    '"versions":{"6.6.6":{}}',
    '__proto__',
    'versions',
    '\u2028',
    '\ud800',
    '1.0.0',
    ',',
  ),
);
const anyJson = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });
const members = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...topLevel, '1.0.0', '2.0.0'), trickyText), fc.oneof(anyJson, trickyText)), {
  maxLength: 6,
});
const spaces = fc.constantFrom('', ' ', '\n', '\r\n\t');

/** Objects written by hand, because JSON.stringify writes no duplicate key and no odd white space. */
function written(pairs: readonly (readonly [string, string])[], space: string): string {
  return `${space}{${space}${pairs.map(([key, value]) => `${key}${space}:${space}${value}`).join(`${space},${space}`)}${space}}${space}`;
}

/** The same key with a letter written as an escape. */
function escapedKey(key: string): string {
  const [first = ''] = key;
  const plain = JSON.stringify(key);
  return /^[a-z]/.test(first) ? `"\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}${plain.slice(2)}` : plain;
}

describe('the document scan', () => {
  it('agrees with JSON.parse on generated documents with duplicate keys, escapes and hostile texts', () => {
    const documents = fc
      .record({
        outer: members,
        versions: fc.array(members, { maxLength: 3 }),
        space: spaces,
        isEscaped: fc.boolean(),
        isLast: fc.boolean(),
      })
      .map(({ outer, versions, space, isEscaped, isLast }) => {
        const key = (name: string): string => (isEscaped ? escapedKey(name) : JSON.stringify(name));
        const plain = outer.map(([name, value]) => [key(name), JSON.stringify(value)] as const);
        const maps = versions.map(
          (pairs) =>
            [
              key('versions'),
              written(
                pairs.map(([name, value]) => [key(name), JSON.stringify(value)] as const),
                space,
              ),
            ] as const,
        );
        return written(isLast ? [...plain, ...maps] : [...maps, ...plain], space);
      });
    fc.assert(fc.property(documents, expectSameAsParse), { numRuns: 2_000 });
  });

  it('agrees with JSON.parse on manifests and times, however their keys and instants are written', () => {
    const isEscaped = fc.boolean();
    const value = fc.oneof(anyJson, fc.constantFrom('2026-11-25T22:11:01.000Z', '2024-02-29T23:59:59.999Z', { time: '2026-01-01' }));
    const object = (keys: fc.Arbitrary<string>, values: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
      fc.tuple(fc.array(fc.tuple(keys, isEscaped, values), { maxLength: 5 }), spaces).map(([pairs, space]) =>
        written(
          pairs.map(([key, escaped, one]) => [escaped ? escapedKey(key) : JSON.stringify(key), JSON.stringify(one) ?? 'null'] as const),
          space,
        ),
      );
    const instant = fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.constantFrom(
        '2023-02-29T00:00:00.000Z',
        '2023-02-30T00:00:00.000Z',
        '2023-13-01T00:00:00.000Z',
        '2023-01-01T24:00:00.000Z',
        '2023-01-01T00:60:00.000Z',
        '2023-01-01T00:00:00Z',
        '2023-01-01T00:00:00.000+02:00',
        '0042-01-01T00:00:00.000Z',
        '2023-01-01',
        'now',
      ),
      value,
    );
    const manifest = object(fc.constantFrom(...topLevel, 'nam', 'name '), value);
    const versions = fc.array(fc.tuple(fc.constantFrom('1.0.0', '2.0.0'), fc.oneof(manifest, fc.json())), { maxLength: 3 });
    const documents = fc
      .tuple(versions, object(fc.constantFrom('1.0.0', '2.0.0', 'created', 'unpublished', '__proto__'), instant), spaces)
      .map(([pairs, time, space]) => {
        const manifests = written(
          pairs.map(([version, text]) => [JSON.stringify(version), text] as const),
          space,
        );
        return `{"versions":${manifests},"time":${time}}`;
      });
    fc.assert(fc.property(documents, expectSameAsParse), { numRuns: 2_000 });
  });

  it('agrees with JSON.parse on any JSON text', () => {
    fc.assert(fc.property(fc.json({ stringUnit: 'binary' }), expectSameAsParse), { numRuns: 500 });
  });

  it('never throws, and is undefined where JSON.parse finds no object, on broken texts', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 3 })).map(([text, at, noise]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + noise + text.slice(cut + 1);
    });
    fc.assert(
      fc.property(broken, (text) => {
        const scanned = readDocument(Buffer.from(text));
        if (isObjectText(text)) expect(scanned).toBeDefined();
        if (!text.trimStart().startsWith('{')) expect(scanned).toBeUndefined();
      }),
    );
  });

  it.each([
    '',
    '{',
    '{"name":"a"',
    '{"name":"a"}x',
    '{"versions":{"1.0.0":{}',
    '{"a" "b"}',
    '{"a":}',
    '[]',
    'null',
    '"{}"',
    '\uFEFF{}',
    '{"a":1,}',
    '{"a":01}',
  ])('refuses %j as JSON.parse does', (text) => {
    expect(readDocument(Buffer.from(text))).toBeUndefined();
  });

  it('is not fooled by a version map that a publisher wrote into a nested field', () => {
    const document = {
      name: 'a',
      versions: { '1.0.0': { description: '"2.0.0":{"version":"2.0.0"}', config: { versions: { '3.0.0': {} } } } },
      readme: '"versions":{"4.0.0":{}}',
    };
    expect(readDocument(Buffer.from(JSON.stringify(document)))?.versions).toStrictEqual(['1.0.0']);
  });

  it('reads a document that is nested a million levels deep', () => {
    const deep = `{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)},"name":"deep"}`;
    expect(readDocument(Buffer.from(deep))?.get('name')).toBe('deep');
  });

  it('takes little memory for a document of 40 MB', () => {
    const manifest = JSON.stringify({ version: '0.0.0', readme: 'x'.repeat(40_000), nested: [{ a: { b: [1, 2, '}'] } }] });
    const body = Buffer.from(
      `{"name":"large","versions":{${Array.from({ length: 1_000 }, (_, index) => `"1.0.${index}":${manifest}`).join(',')}}}`,
    );
    const before = process.memoryUsage().heapUsed;
    const scanned = readDocument(body);
    expect(scanned?.versions).toHaveLength(1_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10 * 1024 * 1024);
  });

  it.skipIf(!existsSync(replay))(
    `agrees with JSON.parse on ${isCampaign ? 'every' : 'some hundred'} real documents of the replay (skipped where ../shared/replay is not there)`,
    async () => {
      const most = isCampaign ? Number.POSITIVE_INFINITY : 400;
      let documents = 0;
      for (const file of readdirSync(replay).filter((name) => name.endsWith('.ndjson.gz'))) {
        const lines = createInterface({ input: createReadStream(new URL(file, replay)).pipe(createGunzip()) });
        for await (const line of lines) {
          expectSameAsRealDocument(line);
          documents++;
          if (documents >= most) break;
        }
        if (documents >= most) break;
      }
      expect(documents).toBeGreaterThanOrEqual(isCampaign ? 1_000 : most);
    },
    120_000,
  );
});

/** The cheap form of the comparison: 400 MB are compared as texts. */
function expectSameAsRealDocument(text: string): void {
  const whole = JSON.parse(text) as { readonly versions: Readonly<Record<string, unknown>> }; // a registry document
  const scanned = readDocument(Buffer.from(text));
  const versions = Object.keys(whole.versions);
  const differences = versions.filter((version) => JSON.stringify(scanned?.manifest(version)) !== JSON.stringify(whole.versions[version]));
  expect({ differences, keys: [...(scanned?.versions ?? [])].sort() }).toStrictEqual({ differences: [], keys: versions.sort() });
  for (const [key, value] of Object.entries(whole)) {
    if (key !== 'versions' && JSON.stringify(scanned?.get(key)) !== JSON.stringify(value)) throw new Error(`${key} differs`);
  }
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
