import { describe, expect, it } from 'vitest';
import { openPackument } from '../../src/firewall/open-packument.ts';
import { type PackumentView, renderManifest, renderPackument, tagsOf } from '../../src/firewall/packument-filter.ts';

const manifest = (version: string, more: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  name: 'left-pad',
  version,
  license: 'MIT',
  dependencies: { a: '^1.0.0' },
  dist: { integrity: `sha512-${version}`, tarball: `https://registry.example/left-pad/-/left-pad-${version}.tgz`, shasum: 'abc' },
  ...more,
});

const document = {
  _id: 'left-pad',
  name: 'left-pad',
  'dist-tags': { latest: '1.2.0', next: '2.0.0-rc.1' },
  versions: {
    '1.0.0': manifest('1.0.0'),
    '1.1.0': manifest('1.1.0', { scripts: { postinstall: 'node x.js', test: 'true' } }),
    '1.2.0': manifest('1.2.0', { readme: 'a "quoted" } { text \\' }),
    '2.0.0-rc.1': manifest('2.0.0-rc.1'),
  },
  time: {
    created: '2020-01-01T00:00:00.000Z',
    modified: '2026-11-25T00:00:00.000Z',
    '1.0.0': '2020-01-01T00:00:00.000Z',
    '1.1.0': '2021-01-01T00:00:00.000Z',
    '1.2.0': '2026-11-25T00:00:00.000Z',
    '2.0.0-rc.1': '2022-01-01T00:00:00.000Z',
  },
  readme: 'versions: {}',
  maintainers: [{ name: 'ada' }],
};

const view = (hidden: readonly string[], form: PackumentView['form'] = 'full'): PackumentView => ({
  hidden: new Set(hidden),
  form,
  tarballOf: (version) => `http://127.0.0.1:1/left-pad/-/left-pad-${version}.tgz`,
});

/** What a client reads. */
function rendered(source: unknown, wanted: PackumentView): Record<string, Record<string, unknown>> {
  const packument = openPackument(Buffer.from(typeof source === 'string' ? source : JSON.stringify(source)));
  if (packument === undefined) throw new Error('it cannot be opened');
  return JSON.parse(renderPackument(packument, wanted).toString('utf8')) as Record<string, Record<string, unknown>>; // a document
}

describe('a filtered document', () => {
  it('is the same document where nothing is hidden, with its tarballs elsewhere', () => {
    const { versions, ...rest } = rendered(document, view([]));
    const { versions: before, ...expected } = document;
    expect(rest).toEqual(expected);
    expect(Object.keys(versions ?? {})).toEqual(Object.keys(before));
    for (const [version, value] of Object.entries(before)) {
      const dist = { integrity: `sha512-${version}`, tarball: `http://127.0.0.1:1/left-pad/-/left-pad-${version}.tgz`, shasum: 'abc' };
      expect(versions?.[version]).toEqual({ ...value, dist });
    }
  });

  it('lacks what is hidden everywhere: in versions, times, tags, and the time of the last change', () => {
    const { versions, time, 'dist-tags': tags } = rendered(document, view(['1.2.0']));
    expect(Object.keys(versions ?? {})).toEqual(['1.0.0', '1.1.0', '2.0.0-rc.1']);
    expect(Object.keys(time ?? {})).toEqual(['created', 'modified', '1.0.0', '1.1.0', '2.0.0-rc.1']);
    expect(time?.['modified']).toBe('2022-01-01T00:00:00.000Z');
    expect(tags).toEqual({ latest: '1.1.0', next: '2.0.0-rc.1' });
  });

  it('in its abbreviated form has what installers read, and whether there are install scripts', () => {
    const brief = rendered(document, view(['1.2.0'], 'abbreviated'));
    expect(Object.keys(brief).sort()).toEqual(['dist-tags', 'modified', 'name', 'versions']);
    expect(brief['modified']).toBe('2022-01-01T00:00:00.000Z');
    expect(brief['versions']?.['1.0.0']).toEqual({
      name: 'left-pad',
      version: '1.0.0',
      dependencies: { a: '^1.0.0' },
      dist: { integrity: 'sha512-1.0.0', shasum: 'abc', tarball: 'http://127.0.0.1:1/left-pad/-/left-pad-1.0.0.tgz' },
    });
    expect(brief['versions']?.['1.1.0']).toMatchObject({ hasInstallScript: true });
    expect(brief['versions']?.['1.1.0']).not.toHaveProperty('scripts');
  });

  it('counts the last of two equal keys, as every reader of JSON does, and writes it once', () => {
    const twice =
      '{"name":"left-pad","versions":{"1.0.0":{"version":"9.9.9"},"1.0.0":{"version":"1.0.0","dist":{"tarball":"a"},"dist":{"tarball":"b","tarball":"c"}}}}';
    const packument = openPackument(Buffer.from(twice));
    const text = packument === undefined ? '' : renderPackument(packument, view([])).toString('utf8');
    expect(text.match(/"tarball"/g)).toHaveLength(1);
    expect(JSON.parse(text)).toMatchObject({
      versions: { '1.0.0': { version: '1.0.0', dist: { tarball: 'http://127.0.0.1:1/left-pad/-/left-pad-1.0.0.tgz' } } },
    });
  });

  it('is not led astray by text that looks like structure', () => {
    const hostile = {
      ...document,
      readme: '","versions":{"6.6.6":{}},"x":"',
      versions: { '1.0.0': manifest('1.0.0', { description: '}}"}]{\\"' }) },
    };
    expect(Object.keys(rendered(hostile, view([]))['versions'] ?? {})).toEqual(['1.0.0']);
  });

  it('keeps names that are special to objects', () => {
    const odd =
      '{"name":"left-pad","dist-tags":{"__proto__":"1.0.0","latest":"1.0.0"},"versions":{"1.0.0":{"version":"1.0.0","__proto__":{"x":1}}}}';
    const packument = openPackument(Buffer.from(odd));
    expect(packument === undefined ? '' : renderPackument(packument, view([])).toString('utf8')).toContain('"__proto__":"1.0.0"');
  });

  it('leaves out a version that is no object', () => {
    expect(
      rendered({ name: 'left-pad', versions: { '1.0.0': null, '2.0.0': 'x', '3.0.0': manifest('3.0.0') } }, view([]))['versions'],
    ).toEqual({
      '3.0.0': {
        ...manifest('3.0.0'),
        dist: { integrity: 'sha512-3.0.0', shasum: 'abc', tarball: 'http://127.0.0.1:1/left-pad/-/left-pad-3.0.0.tgz' },
      },
    });
  });

  it('stands without times, tags and versions', () => {
    expect(rendered({ name: 'left-pad' }, view([]))).toEqual({ name: 'left-pad', 'dist-tags': {}, versions: {} });
    expect(rendered({ name: 'left-pad' }, view([], 'abbreviated'))).toEqual({ name: 'left-pad', 'dist-tags': {}, versions: {} });
  });

  it('is not made of what is no document', () => {
    for (const text of ['', 'x', '[]', '"left-pad"', '{"name":', '{"name":"a"} {"name":"b"}'])
      expect(openPackument(Buffer.from(text)), text).toBeUndefined();
  });

  it('of 3,000 versions in 40 MB is written in well under a second', () => {
    const filler = 'x'.repeat(12_800);
    const versions = Object.fromEntries(
      Array.from({ length: 3_000 }, (_, index) => [`1.0.${index}`, manifest(`1.0.${index}`, { readme: filler })]),
    );
    const body = Buffer.from(JSON.stringify({ ...document, versions, 'dist-tags': { latest: '1.0.2999' } }));
    expect(body.length).toBeGreaterThan(38_000_000);
    const started = process.cpuUsage();
    const packument = openPackument(body);
    const text = packument === undefined ? Buffer.alloc(0) : renderPackument(packument, view(['1.0.2999']));
    // Of the processor and not of the clock: other tests run at the same time.
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000).toBeLessThan(1_000);
    expect(text.length).toBeGreaterThan(38_000_000);
    expect(text.subarray(0, 2_000).toString('utf8')).toContain('"latest":"1.0.2998"');
  });
});

describe('one version of a document', () => {
  it('is written as the document lists it', () => {
    const packument = openPackument(Buffer.from(JSON.stringify(document)));
    const text = packument === undefined ? undefined : renderManifest(packument, '1.0.0', view([]));
    expect(JSON.parse(text?.toString('utf8') ?? 'null')).toMatchObject({
      version: '1.0.0',
      dist: { tarball: 'http://127.0.0.1:1/left-pad/-/left-pad-1.0.0.tgz' },
    });
    expect(packument === undefined ? 0 : renderManifest(packument, '7.0.0', view([]))).toBeUndefined();
  });

  it('is found by tags that have moved', () => {
    const packument = openPackument(Buffer.from(JSON.stringify(document)));
    expect(packument === undefined ? {} : tagsOf(packument, new Set(['1.2.0', '1.1.0']))).toEqual({ latest: '1.0.0', next: '2.0.0-rc.1' });
  });
});
