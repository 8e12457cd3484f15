import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createPopularityCollector } from '../../src/collectors/popularity.ts';
import { popularity } from '../../src/evidence/popularity.ts';
import type { CacheLayer } from '../../src/model/cache.ts';
import type { Component } from '../../src/model/component.ts';
import type { CollectContext } from '../../src/model/evidence.ts';
import { milliseconds } from '../../src/model/units.ts';
import { component } from '../support/inventory.ts';

const context: CollectContext = {
  collected: { get: () => undefined },
  signal: new AbortController().signal,
  now: milliseconds(Date.parse('2026-11-25T12:00:00Z')),
  onProgress: () => undefined,
};

function requestsFor(...names: readonly string[]): ReadonlyMap<string, readonly [Component]> {
  return new Map(names.map((name) => [name, [component(name, '1.0.0')]]));
}

describe('the popularity collector', () => {
  const opened: string[] = [];
  const readShipped = (path: string): Uint8Array => {
    opened.push(path);
    return readFileSync(`allowlists/${path}`);
  };

  it('answers for popular names from the short list alone', async () => {
    const observations = await createPopularityCollector({ readShipped }).collect(requestsFor('lodash', 'react'), context);
    expect(observations.get('lodash')).toMatchObject({ state: 'known', value: { tier: 'none', relations: [], conflation: [] } });
    expect(opened).not.toContain('popular-names/table.deflate');
  });

  it('answers in the shape of its key for every name, hostile ones too', async () => {
    const names = ['crpyto-js', 'react-mongoose-query', '@sentry-internals/profiling-node', '', '\u{202e}', 'a'.repeat(5000), '__proto__'];
    const observations = await createPopularityCollector({ readShipped }).collect(requestsFor(...names), context);
    expect([...observations.keys()]).toEqual(names);
    for (const observation of observations.values())
      expect(observation.state === 'known' && popularity.shape(observation.value)).toBe(true);
    expect(observations.get('crpyto-js')).toHaveProperty('value.relations.0.target.name', 'crypto-js');
    expect(observations.get('react-mongoose-query')).toMatchObject({ value: { conflation: [{ name: 'react' }, { name: 'mongoose' }] } });
  });

  it('reads no large table for what this build has set against it before, and does so for another build', async () => {
    const [records, own] = [new Map<string, string>(), [] as string[]];
    const facts: CacheLayer = {
      get: (key) => {
        const text = records.get(key);
        return text === undefined ? undefined : { text, writtenAt: context.now };
      },
      put: (key, text) => void records.set(key, text),
    };
    const open = (tool: string): ReturnType<typeof createPopularityCollector> =>
      createPopularityCollector({
        tool,
        facts,
        readShipped: (path) => {
          own.push(path);
          return readFileSync(`allowlists/${path}`);
        },
      });
    const first = await open('one').collect(requestsFor('lodahs', 'lodash'), context);
    own.length = 0;
    expect(await open('one').collect(requestsFor('lodahs', 'lodash'), context)).toEqual(first);
    expect(own).not.toContain('popular-names/table.deflate');
    await open('two').collect(requestsFor('lodahs'), context);
    expect(own).toContain('popular-names/table.deflate');
  });

  it('opens its files once for all assessments that run at the same time', async () => {
    const own: string[] = [];
    const read = (path: string): Uint8Array => {
      own.push(path);
      return readShipped(path);
    };
    const collect = (name: string): Promise<unknown> =>
      createPopularityCollector({ readShipped: read }).collect(requestsFor(name), context);
    await Promise.all(['lodahs', 'raect', 'lodash'].map(collect));
    expect(own).toEqual(['manifest.json', 'top.deflate', 'table.deflate'].map((file) => `popular-names/${file}`));
  });

  it('lets what waits for the network begin before it computes', async () => {
    let isRead = false;
    const read = (path: string): Uint8Array => {
      isRead = true;
      return readShipped(path);
    };
    const collected = createPopularityCollector({ readShipped: read }).collect(requestsFor('lodahs'), context);
    await Promise.resolve();
    expect(isRead).toBe(false);
    await collected;
    expect(isRead).toBe(true);
  });
});
