import { describe, expect, it } from 'vitest';
import { createPublisherHistoryCollector } from '../../src/collectors/publisher-history.ts';
import type { Observation } from '../../src/model/evidence.ts';
import type { RegistryOffer } from '../../src/model/registry.ts';
import { derive, known } from '../support/collect.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';
import { registries } from '../support/registries.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-25T12:00:00Z');
const pad = component('left-pad', '1.3.1');
const by = (name: string | undefined, version: string, age: number): ReturnType<typeof release> =>
  release(version, { publishedAt: now - age * day, ...(name === undefined ? {} : { publisher: { name } }) });
const time = known({ status: 'published', publishedAt: now, firstPublishedAt: 0, versionCount: 2 });

async function ask(
  releases: readonly ReturnType<typeof release>[],
  publishers: RegistryOffer = 'offered',
  publishTime: Observation<unknown> = time,
): Promise<Observation<unknown> | undefined> {
  const profile = registries.profileOf('');
  const collector = createPublisherHistoryCollector({
    registries: { ...registries, profileOf: () => ({ ...profile, offers: { ...profile.offers, publishers } }) },
  });
  const learned = {
    packument: { 'left-pad': known(packumentOf('left-pad', releases)) },
    'publish-time': { 'left-pad@1.3.1': publishTime },
  };
  return (await derive(collector, [pad], learned, now)).get('left-pad@1.3.1');
}

describe('the people behind a release', () => {
  it('are set beside those of the releases before, nearest first', async () => {
    const answer = await ask([by('azer', '1.2.0', 900), by('azer', '1.3.0', 800), by('eve', '1.3.1', 1), by('later', '1.4.0', 0)]);
    expect(answer).toMatchObject({
      state: 'known',
      value: { status: 'published', release: { publisher: { name: 'eve' } }, earlier: [{ version: '1.3.0' }, { version: '1.2.0' }] },
    });
  });

  it('leave out what was published later although its number is lower', async () => {
    const answer = await ask([by('eve', '1.2.9', 0), by('azer', '1.3.0', 800), by('azer', '1.3.1', 1)]);
    expect(answer).toMatchObject({ value: { earlier: [{ version: '1.3.0' }] } });
  });

  it('are unavailable where the registry promises them and does not name them', async () => {
    expect(await ask([by(undefined, '1.3.1', 1)])).toMatchObject({ state: 'unavailable', source: 'registry.example' });
  });

  it('are not offered where the registry never promised them', async () => {
    expect(await ask([by(undefined, '1.3.1', 1)], 'if-offered')).toEqual({ state: 'not-offered', by: 'registry.example' });
  });

  it('are history where the release is, whether the registry names them or not', async () => {
    expect(await ask([by(undefined, '1.3.1', 4000)])).toMatchObject({ state: 'known', value: { status: 'history' } });
  });

  it('are as unknown as the publish time', async () => {
    const unavailable = { state: 'unavailable', reason: 'malformed', detail: 'no times', source: 'registry.example' } as const;
    expect(await ask([by('azer', '1.3.1', 1)], 'offered', unavailable)).toEqual(unavailable);
  });
});
