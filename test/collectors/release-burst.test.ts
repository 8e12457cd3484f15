import { describe, expect, it } from 'vitest';
import { createReleaseBurstCollector } from '../../src/collectors/release-burst.ts';
import type { Packument } from '../../src/evidence/packument.ts';
import type { ReleaseBurst } from '../../src/evidence/release-burst.ts';
import { derive, known } from '../support/collect.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';

const minute = 60_000;
const day = 86_400_000;
const now = Date.parse('2026-11-25T12:00:00Z');

/** A package with three old releases, each `shift` minutes after a common day, and a new one. */
function published(
  name: string,
  options: { readonly ago: number; readonly shift: number; readonly account?: string; readonly more?: readonly string[] },
): Packument {
  const old = [400, 300, 200].map((days, index) => release(`1.0.${index}`, { publishedAt: now - days * day + options.shift * minute }));
  const account = options.account === undefined ? {} : { publisher: { name: options.account } };
  const fresh = [...(options.more ?? []), '1.1.0'].map((version) =>
    release(version, { publishedAt: now - options.ago * minute, ...account }),
  );
  return packumentOf(name, [...old, ...fresh]);
}

async function bursts(...documents: readonly Packument[]): Promise<ReadonlyMap<string, ReleaseBurst>> {
  const times = documents.map(({ name, releases }): [string, ReturnType<typeof known>] => [
    `${name}@1.1.0`,
    known({ status: 'published', publishedAt: releases.get('1.1.0')?.publishedAt ?? 0, firstPublishedAt: 0, versionCount: 4 }),
  ]);
  const learned = {
    packument: Object.fromEntries(documents.map((one) => [one.name, known(one)])),
    'publish-time': Object.fromEntries(times),
  };
  const answers = await derive(
    createReleaseBurstCollector(),
    documents.map(({ name }) => component(name, '1.1.0')),
    learned,
    now,
  );
  return new Map(
    [...answers].flatMap(([subject, answer]) => (answer.state === 'known' ? [[subject.replace('@1.1.0', ''), answer.value]] : [])),
  );
}

describe('releases in the same minutes', () => {
  it('of one account that never released these together are strangers', async () => {
    const found = await bursts(
      published('chalk', { ago: 90, shift: 0, account: 'qix' }),
      published('debug', { ago: 88, shift: 300, account: 'qix' }),
      published('color-name', { ago: 70, shift: 600, account: 'qix' }),
    );
    expect(found.get('debug')).toMatchObject({ strangers: ['chalk', 'color-name', 'debug'], common: 'qix' });
  });

  it('of a monorepo that always releases together count as one', async () => {
    const found = await bursts(
      ...['core', 'cli', 'node'].map((name, index) => published(`@acme/${name}`, { ago: 90 + index, shift: index })),
    );
    expect(found.get('@acme/core')).toMatchObject({ strangers: [expect.stringMatching('@acme/')] });
  });

  it('of different accounts have nothing to do with each other', async () => {
    const found = await bursts(
      published('chalk', { ago: 90, shift: 0, account: 'qix' }),
      published('debug', { ago: 88, shift: 300, account: 'tj' }),
    );
    expect(found.get('chalk')).toMatchObject({ strangers: [] });
  });

  it('count from one to the next, half an hour at most', async () => {
    const near = await bursts(
      published('chalk', { ago: 100, shift: 0, account: 'qix' }),
      published('debug', { ago: 75, shift: 300, account: 'qix' }),
      published('color-name', { ago: 50, shift: 600, account: 'qix' }),
    );
    expect(near.get('chalk')).toMatchObject({ strangers: ['chalk', 'color-name', 'debug'] });
    const far = await bursts(
      published('chalk', { ago: 100, shift: 0, account: 'qix' }),
      published('debug', { ago: 69, shift: 300, account: 'qix' }),
    );
    expect(far.get('chalk')).toMatchObject({ strangers: [] });
  });

  it('of packages without a past say nothing', async () => {
    const fresh = (name: string): Packument =>
      packumentOf(name, [release('1.1.0', { publishedAt: now - 90 * minute, publisher: { name: 'qix' } })]);
    expect((await bursts(fresh('chalk'), fresh('debug'), fresh('color-name'))).get('chalk')).toMatchObject({ strangers: [] });
  });

  it('are counted for one package by line, prereleases aside', async () => {
    const document = published('keyv', { ago: 90, shift: 0, more: ['1.0.3', '1.0.4', '1.1.0-rc.1', '2.0.0'] });
    expect((await bursts(document)).get('keyv')).toMatchObject({ versions: ['1.0.3', '1.0.4', '1.1.0'] });
  });

  it('are no burst where they are most of a package’s history', async () => {
    const document = published('keyv', { ago: 90, shift: 0, more: ['1.0.3', '1.0.4', '1.0.5'] });
    expect((await bursts(document)).get('keyv')).toMatchObject({ versions: [] });
  });
});
