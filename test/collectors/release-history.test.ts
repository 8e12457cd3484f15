import { describe, expect, it } from 'vitest';
import { createReleaseHistoryCollector } from '../../src/collectors/release-history.ts';
import type { Packument, Release } from '../../src/evidence/packument.ts';
import type { Observation } from '../../src/model/evidence.ts';
import { derive, known } from '../support/collect.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-25T12:00:00Z');
const time = known({ status: 'published', publishedAt: now, firstPublishedAt: 0, versionCount: 2 });
const at = (version: string, age: number, over: Partial<Release> = {}): Release =>
  release(version, { publishedAt: now - age * day, ...over });

async function ask(document: Packument, version: string): Promise<Observation<unknown> | undefined> {
  const learned = { packument: { pad: known(document) }, 'publish-time': { [`pad@${version}`]: time } };
  return (await derive(createReleaseHistoryCollector(), [component('pad', version)], learned, now)).get(`pad@${version}`);
}

describe('the history of a release', () => {
  it('is its own major line, nearest first, with what each announced', async () => {
    const document = packumentOf('pad', [
      at('1.9.0', 10, { trustedPublisher: 'github' }),
      at('2.0.0', 9, { attestations: 'https://registry.example/a' }),
      at('2.1.0', 1),
    ]);
    expect(await ask(document, '2.1.0')).toMatchObject({
      value: { release: { announced: 'none' }, earlier: [{ version: '2.0.0', announced: 'provenance' }] },
    });
  });

  it('knows the last sign of life in any line, prereleases included', async () => {
    const document = packumentOf('pad', [at('1.0.0', 900), at('2.0.0-rc.1', 20), at('1.0.1', 1)]);
    expect(await ask(document, '1.0.1')).toMatchObject({ value: { lastBefore: { version: '2.0.0-rc.1' } } });
  });

  it('has no sign of life before the first release', async () => {
    expect(await ask(packumentOf('pad', [at('1.0.0', 1)]), '1.0.0')).toMatchObject({ value: { earlier: [] } });
    expect(await ask(packumentOf('pad', [at('1.0.0', 1)]), '1.0.0')).not.toHaveProperty('value.lastBefore');
  });

  it('is none for a version that the registry does not know', async () => {
    expect(await ask(packumentOf('pad', [at('1.0.0', 1)]), '9.9.9')).toMatchObject({ value: { status: 'not-in-registry' } });
  });
});
