import { afterEach, describe, expect, it } from 'vitest';
import { createAdvisoriesCollector } from '../../src/collectors/advisories.ts';
import type { AdvisorySources } from '../../src/collectors/advisory-questions.ts';
import { createFixedAdvisoriesCollector } from '../../src/collectors/fixed-advisories.ts';
import type { AdvisoryPorts } from '../../src/collectors/ports.ts';
import { readOsv } from '../../src/advisories/osv.ts';
import { advisories as advisoriesKey } from '../../src/evidence/advisories.ts';
import { type PublishTime, publishTime } from '../../src/evidence/publish-time.ts';
import type { Advisory, AdvisoryDatabase } from '../../src/model/advisory.ts';
import type { CacheLayer } from '../../src/model/cache.ts';
import type { CollectContext, Observation } from '../../src/model/evidence.ts';
import type { RegistryOffer } from '../../src/model/registry.ts';
import { milliseconds } from '../../src/model/units.ts';
import { createRegistryDirectory } from '../../src/registries/directory.ts';
import type { Fault } from '../loopback-registry/faults.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { advisoryOf, affectedBy, malwareRecord, osvRecord } from '../support/advisories.ts';
import { component } from '../support/inventory.ts';
import { startOsvApi } from '../support/osv-api.ts';
import { impatientClient } from '../support/direct-client.ts';

const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));
const day = 86_400_000;
const endpoint = '/-/npm/v1/security/advisories/bulk';
const opened: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const entry = {
  id: 42,
  url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  title: 'Pads with the wrong character',
  severity: 'high',
  vulnerable_versions: '<1.3.1',
  cwe: ['CWE-400'],
  cvss: { score: 7.5, vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' },
};

interface WorldOptions {
  readonly advisories?: Readonly<Record<string, readonly unknown[]>>;
  readonly faults?: readonly Fault[];
  readonly offer?: RegistryOffer;
  readonly ports?: Partial<AdvisoryPorts>;
}

interface World {
  readonly registry: LoopbackRegistry;
  readonly sources: AdvisorySources;
}

async function world({ advisories = {}, faults = [], offer = 'offered', ports = {} }: WorldOptions = {}): Promise<World> {
  const registry = await startRegistry([], { advisories, faults });
  const http = impatientClient();
  opened.push(registry, http);
  const registries = createRegistryDirectory({
    registry: registry.url,
    scopes: new Map(),
    publicRegistry: 'https://registry.example/',
    additional: [{ url: registry.url, aliases: [], offers: { advisories: offer }, location: { file: 'lockgate.yaml', line: 1 } }],
  });
  const database = (): AdvisoryDatabase => ({ state: 'absent' });
  const advisoryPorts = { source: 'registry', apiUrl: 'http://127.0.0.1:9', staleAfter: 7 * day, database, ...ports } as const;
  return { registry, sources: { http, registries, cache: memory(), facts: memory(), isOffline: false, advisories: advisoryPorts } };
}

function memory(): CacheLayer {
  const records = new Map<string, { readonly text: string; readonly writtenAt: typeof now }>();
  return { get: (key) => records.get(key), put: (key, text, writtenAt) => void records.set(key, { text, writtenAt }) };
}

/** What an import of these records would hold. */
function imported(records: readonly unknown[], over: { readonly dataOf?: number } = {}): () => AdvisoryDatabase {
  const packages = records.flatMap((record) => {
    const reading = readOsv(record, now);
    return reading.type === 'record' ? reading.packages : [];
  });
  const find = (name: string): readonly string[] => packages.filter((one) => one.name === name).map((one) => JSON.stringify(one));
  return () => ({ state: 'open', importedAt: now, dataOf: milliseconds(over.dataOf ?? now - 1000), find });
}

function contextAt(at: number = now, collected: CollectContext['collected'] = { get: () => undefined }): CollectContext {
  return { collected, signal: new AbortController().signal, now: milliseconds(at), onProgress: () => undefined };
}

async function ask(
  { sources }: Pick<World, 'sources'>,
  versions: readonly string[],
  at: number = now,
): Promise<readonly Observation<readonly Advisory[]>[]> {
  const requests = new Map(
    versions.map((label) => {
      const split = label.lastIndexOf('@');
      return [label, [component(label.slice(0, split), label.slice(split + 1))]] as const;
    }),
  );
  const answers = await createAdvisoriesCollector(sources).collect(requests, contextAt(at));
  return versions.map((label) => {
    const answer = answers.get(label);
    if (answer === undefined) throw new Error(`no answer for ${label}`);
    if (answer.state === 'known') expect(advisoriesKey.shape(answer.value)).toBe(true);
    return answer;
  });
}

function idsOf(answer: Observation<readonly Advisory[]> | undefined): readonly string[] | string {
  if (answer === undefined) return 'nothing';
  return answer.state === 'known' ? answer.value.map(({ id }) => id) : answer.state === 'unavailable' ? answer.reason : answer.state;
}

describe('advisories from a registry', () => {
  it('are asked for in one gzipped question, and matched here by their ranges', async () => {
    const { registry, sources } = await world({ advisories: { 'left-pad': [entry], 'right-pad': [] } });
    const answers = await ask({ sources }, [
      'left-pad@1.3.0',
      'left-pad@1.3.1',
      'left-pad@1.3.1-rc.1',
      'right-pad@1.0.0',
      '@acme/ui@2.0.0',
      '__proto__@1.0.0',
    ]);
    expect(answers.map(idsOf)).toEqual([['GHSA-aaaa-bbbb-cccc'], [], ['GHSA-aaaa-bbbb-cccc'], [], [], []]);
    expect(registry.requests.map(({ method, path, headers }) => [method, path, headers['content-encoding']])).toEqual([
      ['POST', endpoint, 'gzip'],
    ]);
    expect(JSON.parse(registry.requests[0]?.body ?? '')).toMatchObject({
      'left-pad': ['1.3.0', '1.3.1', '1.3.1-rc.1'],
      '@acme/ui': ['2.0.0'],
    });
  });

  it('of thousands of names are asked for in batches', async () => {
    const { registry, sources } = await world();
    const versions = Array.from({ length: 2500 }, (_, index) => `package-${index}@1.0.0`);
    expect((await ask({ sources }, versions)).every(({ state }) => state === 'known')).toBe(true);
    expect(registry.requests).toHaveLength(3);
  });

  it('are remembered for minutes, and for --offline while they are not stale', async () => {
    const { registry, sources } = await world({ advisories: { 'left-pad': [entry] } });
    await ask({ sources }, ['left-pad@1.3.0']);
    expect((await ask({ sources }, ['left-pad@1.3.0'], now + 60_000)).map(idsOf)).toEqual([['GHSA-aaaa-bbbb-cccc']]);
    expect(registry.requests).toHaveLength(1);
    await ask({ sources }, ['left-pad@1.3.0'], now + 3_600_000);
    expect(registry.requests).toHaveLength(2);
    const offline = { sources: { ...sources, isOffline: true } };
    expect((await ask(offline, ['left-pad@1.3.0', 'left-pad@1.2.0'], now + 2 * day)).map(idsOf)).toEqual([
      ['GHSA-aaaa-bbbb-cccc'],
      'offline',
    ]);
    expect((await ask(offline, ['left-pad@1.3.0'], now + 9 * day)).map(idsOf)).toEqual(['not-collected']);
  });

  it.each([404, 405, 410, 501])('are unavailable, said once, where a registry that has them answers %s', async (status) => {
    const { registry, sources } = await world({ faults: [{ path: endpoint, type: 'status', status }] });
    const answers = await ask(
      { sources },
      Array.from({ length: 2500 }, (_, index) => `package-${index}@1.0.0`),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ state: 'unavailable', detail: expect.stringContaining('lockgate advisories import') });
    expect(registry.requests).toHaveLength(1);
  });
  it('are not offered by a registry that never promised them', async () => {
    const { sources } = await world({ offer: 'if-offered', faults: [{ path: endpoint, type: 'status', status: 404 }] });
    expect((await ask({ sources }, ['left-pad@1.3.0'])).map(idsOf)).toEqual(['not-offered']);
  });
  it('are not asked for where the policy says that there are none', async () => {
    const { registry, sources } = await world({ offer: 'not-offered' });
    expect((await ask({ sources }, ['left-pad@1.3.0'])).map(idsOf)).toEqual(['not-offered']);
    expect(registry.requests).toEqual([]);
  });

  it.each([
    ['a server error', { type: 'status', status: 503 }, 'server-error'],
    ['a refusal', { type: 'status', status: 403 }, 'forbidden'],
    ['too many questions', { type: 'status', status: 429, headers: { 'retry-after': '3600' } }, 'rate-limited'],
    ['no JSON', { type: 'body', body: '<html>' }, 'malformed'],
    ['a list', { type: 'body', body: '[]' }, 'malformed'],
    ['an entry that is none', { type: 'body', body: '{"left-pad":"none"}' }, 'malformed'],
    ['an advisory without a range', { type: 'body', body: '{"left-pad":[{"id":1,"severity":"low"}]}' }, 'malformed'],
    [
      'more advisories than any package has',
      { type: 'body', body: JSON.stringify({ 'left-pad': Array.from({ length: 2000 }, () => entry) }) },
      'malformed',
    ],
    [
      'ranges that are made to be slow',
      {
        type: 'body',
        body: JSON.stringify({ 'left-pad': Array.from({ length: 900 }, () => ({ ...entry, vulnerable_versions: '^1 '.repeat(600) })) }),
      },
      'malformed',
    ],
    ['a gzip bomb', { type: 'gzip-bomb', bytes: 64 * 1024 * 1024 }, 'too-large'],
    ['silence', { type: 'hang' }, 'timeout'],
  ] as const)('are unavailable after %s', async (_, fault, reason) => {
    const { sources } = await world({ offer: 'if-offered', faults: [{ path: endpoint, ...fault }] });
    expect((await ask({ sources }, ['left-pad@1.3.0'])).map(idsOf)).toEqual([reason]);
    expect(
      sources.cache.get(JSON.stringify([sources.registries.registryFor('left-pad'), 'advisories', 'left-pad', '1.3.0'])),
    ).toBeUndefined();
  });
  it('are unclear for a version that no range can be compared with', async () => {
    const { sources } = await world({ advisories: { 'left-pad': [entry] } });
    expect((await ask({ sources }, ['left-pad@latest', 'right-pad@latest'])).map(idsOf)).toEqual(['malformed', []]);
  });
  it('about one name that cannot be read leave the others known', async () => {
    const { sources } = await world({ advisories: { 'left-pad': [{ id: 1 }], 'right-pad': [{ ...entry, vulnerable_versions: '*' }] } });
    expect((await ask({ sources }, ['left-pad@1.3.0', 'right-pad@1.0.0'])).map(idsOf)).toEqual(['malformed', ['GHSA-aaaa-bbbb-cccc']]);
  });
});

describe('imported advisories', () => {
  const absent: Fault = { path: endpoint, type: 'status', status: 404 };

  it('add to what a registry knows', async () => {
    const database = imported([malwareRecord('left-pad', 'MAL-2026-7'), osvRecord('left-pad')]);
    const { sources } = await world({ advisories: { 'left-pad': [entry] }, ports: { database } });
    expect((await ask({ sources }, ['left-pad@1.3.0'])).map(idsOf)).toEqual([['MAL-2026-7', 'GHSA-aaaa-bbbb-cccc']]);
  });
  it('stand in for a registry that knows none, while they are fresh', async () => {
    const { sources } = await world({ faults: [absent], ports: { database: imported([osvRecord('left-pad')]) } });
    expect((await ask({ sources }, ['left-pad@1.3.0', 'left-pad@1.3.1', 'right-pad@1.0.0'])).map(idsOf)).toEqual([
      ['GHSA-aaaa-bbbb-cccc'],
      [],
      [],
    ]);
  });
  it('prove nothing once they are stale, and say with which command that ends', async () => {
    const database = imported([osvRecord('left-pad')], { dataOf: now - 8 * day });
    for (const source of ['registry', 'import'] as const) {
      const { sources } = await world({ faults: [absent], ports: { database, source } });
      const [answer] = await ask({ sources }, ['left-pad@9.0.0']);
      expect(answer).toMatchObject({
        state: 'unavailable',
        detail: expect.stringMatching(/of 2026-11-17, older than the 7 days .*lockgate advisories import/),
      });
    }
  });
  it('prove nothing when they are damaged', async () => {
    const broken = (): AdvisoryDatabase => ({ state: 'damaged', why: 'the imported advisories have lost their index' });
    const { sources } = await world({ ports: { source: 'import', database: broken } });
    expect(await ask({ sources }, ['left-pad@1.3.0'])).toMatchObject([
      { state: 'unavailable', detail: expect.stringContaining('lost their index') },
    ]);
  });
  it('alone ask nobody', async () => {
    const { registry, sources } = await world({ ports: { source: 'import', database: imported([malwareRecord('left-pad')]) } });
    expect((await ask({ sources }, ['left-pad@1.3.0', 'right-pad@1.0.0'])).map(idsOf)).toEqual([['MAL-2026-1'], []]);
    expect(registry.requests).toEqual([]);
  });
  it('are missed where nothing is imported', async () => {
    const { sources } = await world({ ports: { source: 'import' } });
    expect((await ask({ sources }, ['left-pad@1.3.0'])).map(idsOf)).toEqual(['not-collected']);
  });
  it('are unclear for a record that cannot be read, for a version that is none, and for bytes that were changed', async () => {
    const unreadable = osvRecord('left-pad', { affected: [affectedBy('left-pad', [{ fixed: 'soon' }])] });
    const { sources } = await world({ ports: { source: 'import', database: imported([unreadable, osvRecord('right-pad')]) } });
    expect((await ask({ sources }, ['left-pad@1.3.0', 'right-pad@latest'])).map(idsOf)).toEqual(['malformed', 'malformed']);
    const changed = (): AdvisoryDatabase => ({ state: 'open', importedAt: now, dataOf: now, find: () => undefined });
    const other = await world({ ports: { source: 'import', database: changed } });
    expect((await ask(other, ['left-pad@1.3.0'])).map(idsOf)).toEqual(['malformed']);
  });
});

describe('advisories from an OSV API', () => {
  async function apiWorld(...args: Parameters<typeof startOsvApi>): Promise<World & { readonly requests: readonly string[] }> {
    const api = await startOsvApi(...args);
    opened.push(api);
    return { ...(await world({ ports: { source: 'api', apiUrl: `${api.url}/` } })), requests: api.requests };
  }

  it('are asked for in one question and one for each record, and matched here', async () => {
    const { sources, requests } = await apiWorld([osvRecord('left-pad'), malwareRecord('right-pad')]);
    expect((await ask({ sources }, ['left-pad@1.3.0', 'left-pad@1.3.1', 'right-pad@1.0.0', '@acme/ui@2.0.0'])).map(idsOf)).toEqual([
      ['GHSA-aaaa-bbbb-cccc'],
      [],
      ['MAL-2026-1'],
      [],
    ]);
    expect(requests).toEqual(['POST /v1/querybatch', 'GET /v1/vulns/GHSA-aaaa-bbbb-cccc', 'GET /v1/vulns/MAL-2026-1']);
    await ask({ sources }, ['left-pad@1.3.0'], now + 3_600_000);
    expect(requests.slice(3)).toEqual(['POST /v1/querybatch']);
    const offline = { sources: { ...sources, isOffline: true } };
    expect((await ask(offline, ['left-pad@1.3.0', 'left-pad@1.0.0'], now + day)).map(idsOf)).toEqual([['GHSA-aaaa-bbbb-cccc'], 'offline']);
  });
  it('are followed over pages', async () => {
    const records = [1, 2, 3].map((number) => malwareRecord('left-pad', `MAL-2026-${number}`));
    const { sources } = await apiWorld(records, { pageSize: 1 });
    expect((await ask({ sources }, ['left-pad@1.3.0'])).map(idsOf)).toEqual([['MAL-2026-1', 'MAL-2026-2', 'MAL-2026-3']]);
  });
  it('that are withdrawn do not hit', async () => {
    const { sources } = await apiWorld([osvRecord('left-pad', { withdrawn: '2026-11-01T00:00:00Z' })]);
    expect((await ask({ sources }, ['left-pad@1.3.0'])).map(idsOf)).toEqual([[]]);
  });
  it.each([
    [
      'a page without end',
      [osvRecord('left-pad')],
      { faults: { '/v1/querybatch': { status: 200, body: '{"results":[{"next_page_token":"x"}]}' } } },
      'too-large',
    ],
    ['fewer answers than questions', [], { faults: { '/v1/querybatch': { status: 200, body: '{"results":[]}' } } }, 'malformed'],
    [
      'an id that leads elsewhere',
      [],
      { faults: { '/v1/querybatch': { status: 200, body: '{"results":[{"vulns":[{"id":"../x","modified":""}]}]}' } } },
      'malformed',
    ],
    [
      'another record than the one that was asked for',
      [osvRecord('left-pad')],
      { faults: { '/v1/vulns/GHSA-aaaa-bbbb-cccc': { status: 200, body: JSON.stringify(malwareRecord('x')) } } },
      'malformed',
    ],
    [
      'a record that is gone',
      [osvRecord('left-pad')],
      { faults: { '/v1/vulns/GHSA-aaaa-bbbb-cccc': { status: 404, body: '{}' } } },
      'forbidden',
    ],
    ['a server error', [], { faults: { '/v1/querybatch': { status: 500, body: '' } } }, 'server-error'],
  ] as const)('are unavailable after %s', async (_, records, options, reason) => {
    const { sources } = await apiWorld(records, options);
    expect((await ask({ sources }, ['left-pad@1.3.0'])).map(idsOf)).toEqual([reason]);
  });
});

describe('what a young version fixes', () => {
  async function fixes(
    over: { readonly range?: string; readonly cwe?: readonly string[]; readonly age?: number; readonly own?: readonly Advisory[] } = {},
  ) {
    const flawed = { ...entry, vulnerable_versions: over.range ?? '<1.3.1', cwe: over.cwe ?? ['CWE-400'] };
    const { registry, sources } = await world({ advisories: { 'left-pad': [flawed] } });
    const time: PublishTime = {
      status: 'published',
      publishedAt: now - (over.age ?? 3_600_000),
      firstPublishedAt: now - 900 * day,
      versionCount: 9,
      previous: { version: '1.3.0', publishedAt: now - 300 * day },
    };
    const values = new Map<string, unknown>([
      [publishTime.id, time],
      [advisoriesKey.id, over.own ?? []],
    ]);
    const collected = contextAt(now, {
      // Each value has the shape of the key that it stands under.
      get: (key) => ({ state: 'known', value: values.get(key.id), observedAt: now, source: 'test' }) as never,
    });
    const requests = new Map([['left-pad@1.3.1', [component('left-pad', '1.3.1')] as const]]);
    const answers = await createFixedAdvisoriesCollector(sources).collect(requests, collected);
    return { ids: idsOf(answers.get('left-pad@1.3.1')), asked: registry.requests.length };
  }

  it('is the advisory that hits the release before and names this very version', async () => {
    expect(await fixes()).toEqual({ ids: ['GHSA-aaaa-bbbb-cccc'], asked: 1 });
  });
  it.each([
    ['an advisory that names no fix: the next hostile release lies outside of it, too', { range: '<=1.3.0' }],
    ['an advisory whose fix is another version', { range: '<1.3.2' }],
    ['an advisory that says that the release before was malware', { cwe: ['CWE-506'] }],
    ['an advisory that hits this version as well', { own: [advisoryOf()] }],
    ['any advisory, when this version is malware itself', { own: [advisoryOf({ id: 'MAL-2026-1', isMalware: true })] }],
  ])('is not %s', async (_, over) => expect((await fixes(over)).ids).toEqual([]));
  it('is not asked about versions that are months old', async () => expect(await fixes({ age: 90 * day })).toEqual({ ids: [], asked: 0 }));
});
