import { describe, expect, it } from 'vitest';
import { createGainedDependenciesCollector } from '../../src/collectors/gained-dependencies.ts';
import type { Packument, Release } from '../../src/evidence/packument.ts';
import type { Observation } from '../../src/model/evidence.ts';
import { derive, known } from '../support/collect.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-25T12:00:00Z');
const time = known({ status: 'published', publishedAt: now - day, firstPublishedAt: 0, versionCount: 2 });
const helper = (name: string, over: Partial<Release> = {}): Packument =>
  packumentOf(name, [release('1.0.0', { publishedAt: now - 2 * day, publisher: { name: 'stranger' }, ...over })]);

async function ask(
  name: string,
  dependencies: Readonly<Record<string, string>>,
  others: readonly (Packument | Observation<unknown>)[],
  names: readonly string[],
): Promise<Observation<unknown> | undefined> {
  const before = release('1.0.0', {
    publishedAt: now - 99 * day,
    dependencies: { 'kept-dep': '^1.0.0' },
    publisher: { name: 'ada' },
    maintainers: ['ada', 'bob'],
  });
  const own = packumentOf(name, [
    before,
    release('1.1.0', { publishedAt: now - day, dependencies: { 'kept-dep': '^1.0.0', ...dependencies } }),
  ]);
  const packuments = Object.fromEntries(others.map((one, index) => [names[index] ?? '', 'state' in one ? one : known(one)]));
  const learned = { packument: { ...packuments, [name]: known(own) }, 'publish-time': { [`${name}@1.1.0`]: time } };
  return (await derive(createGainedDependenciesCollector(), [component(name, '1.1.0')], learned, now)).get(`${name}@1.1.0`);
}

describe('what a release newly depends on', () => {
  it('is set against the release before', async () => {
    expect(await ask('axios', { 'plain-crypto-js': '^4.2.1' }, [helper('plain-crypto-js')], ['plain-crypto-js'])).toMatchObject({
      value: {
        previous: '1.0.0',
        gained: [
          { name: 'plain-crypto-js', range: '^4.2.1', firstPublishedAt: now - 2 * day, publisher: 'stranger', hasInstallScript: false },
        ],
      },
    });
  });

  it('is set against the nearest release whose dependencies are known', async () => {
    const [whole, own] = [
      release('1.0.0', { publishedAt: now - 200 * day, dependencies: {} }),
      release('1.2.0', { publishedAt: now - day, dependencies: { 'plain-crypto-js': '^4.2.1' } }),
    ];
    const document = packumentOf('axios', [whole, own], {
      earlier: new Map([['1.1.0', { version: '1.1.0', publishedAt: now - 150 * day }]]),
    });
    const learned = {
      packument: { axios: known(document), 'plain-crypto-js': known(helper('plain-crypto-js')) },
      'publish-time': { 'axios@1.2.0': time },
    };
    const answer = await derive(createGainedDependenciesCollector(), [component('axios', '1.2.0')], learned, now);
    expect(answer.get('axios@1.2.0')).toMatchObject({ value: { previous: '1.0.0', gained: [{ name: 'plain-crypto-js' }] } });
  });

  it('follows an alias to the package behind it', async () => {
    const answer = await ask('axios', { crypto: 'npm:plain-crypto-js@^4.2.1' }, [helper('plain-crypto-js')], ['plain-crypto-js']);
    expect(answer).toMatchObject({ value: { gained: [{ name: 'plain-crypto-js' }] } });
  });

  it('leaves out what the lockfile does not hold', async () => {
    expect(await ask('axios', { elsewhere: '^1.0.0' }, [], [])).toMatchObject({ value: { gained: [] } });
  });

  it('is unknown where the document of the dependency could not be had', async () => {
    const failed: Observation<unknown> = { state: 'unavailable', reason: 'timeout', detail: 'no answer', source: 'registry.example' };
    expect(await ask('axios', { slow: '^1.0.0' }, [failed], ['slow'])).toEqual(failed);
  });

  it('sees a script in any version at hand', async () => {
    const withScript = helper('setup', { installScripts: { postinstall: 'node setup.js' } });
    expect(await ask('axios', { setup: '1.0.0' }, [withScript], ['setup'])).toMatchObject({
      value: { gained: [{ hasInstallScript: true }] },
    });
  });

  it.each([
    ['own', 'the same scope', '@acme/ui', '@acme/core', {}],
    ['own', 'an account that published the dependent before', 'axios', 'split-off', { publisher: { name: 'ada' } }],
    ['own', 'an account that maintained the dependent before', 'axios', 'split-off', { publisher: { name: 'bob' } }],
    ['befriended', 'a stranger who names a maintainer of the dependent', 'axios', 'split-off', { maintainers: ['ada', 'stranger'] }],
    ['stranger', 'a scope with the same start', '@acme/ui', '@acme-evil/core', {}],
    [
      'stranger',
      'a pipeline that bears every pipeline’s name',
      'axios',
      'split-off',
      { publisher: { name: 'ada' }, trustedPublisher: 'github', maintainers: ['eve'] },
    ],
  ] as const)('counts as %s: %s', async (publisher, _, name, dependency, over) => {
    expect(await ask(name, { [dependency]: '^1.0.0' }, [helper(dependency, over)], [dependency])).toMatchObject({
      value: { gained: [{ publisher }] },
    });
  });

  it('counts as unknown where the registry names nobody', async () => {
    const nameless = packumentOf('split-off', [release('1.0.0', { publishedAt: now - 2 * day })]);
    expect(await ask('axios', { 'split-off': '^1.0.0' }, [nameless], ['split-off'])).toMatchObject({
      value: { gained: [{ publisher: 'unknown' }] },
    });
  });
});
