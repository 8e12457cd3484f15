import { describe, expect, it } from 'vitest';
import { declaredLicence } from '../src/evidence/declared-licence.ts';
import { publishTime } from '../src/evidence/publish-time.ts';
import { milliseconds } from '../src/model/units.ts';
import type { Collected } from '../src/model/evidence.ts';
import { ageLimitsOf, createPackageFacts } from '../src/package-facts.ts';
import { defaultPolicy, loadPolicy } from '../src/policy/load.ts';
import { checks } from '../src/checks/index.generated.ts';
import { component } from './support/inventory.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const vocabulary = { checks, engineRules: [], now: milliseconds(now) };
const day = 86_400_000;

/** What a run collected about `vary@1.0.0`, by evidence key. */
function collected(values: Readonly<Record<string, unknown>>): Collected {
  return {
    get: (key, subject) => {
      const value = values[key.id];
      if (value === undefined || subject !== 'vary@1.0.0') return undefined;
      if (!key.shape(value)) throw new Error(`not the shape of ${key.id}`);
      return { state: 'known', value, observedAt: ageLimitsOf(defaultPolicy(vocabulary)).error, source: 'test' };
    },
  };
}

describe('package facts', () => {
  it('tell the publish time and the category of the declared licence', () => {
    const evidence = collected({
      [publishTime.id]: { status: 'published', publishedAt: now - day, firstPublishedAt: 0, versionCount: 3 },
      [declaredLicence.id]: { field: '(MIT OR GPL-3.0-only)', from: 'registry' },
    });
    expect(createPackageFacts()(component('vary', '1.0.0'), evidence)).toEqual({
      publishedAt: now - day,
      licence: { text: 'MIT OR GPL-3.0-only', group: 'permissive' },
    });
  });

  it('take the lockfile’s licence where no registry was asked', () => {
    expect(createPackageFacts()(component('vary', '1.0.0', { licence: 'AGPL-3.0-only' }), collected({}))).toEqual({
      licence: { text: 'AGPL-3.0-only', group: 'network-copyleft' },
    });
  });

  it('say nothing where nothing is known', () => {
    expect(createPackageFacts()(component('vary', '1.0.0'), collected({}))).toEqual({});
    expect(createPackageFacts()(component('vary', '1.0.0'), collected({ [publishTime.id]: { status: 'not-in-registry' } }))).toEqual({});
  });

  it('know the ages that the policy asks for', () => {
    expect(ageLimitsOf(defaultPolicy(vocabulary))).toEqual({ error: day, warning: 7 * day });
    const strict = loadPolicy('version: 1\nchecks:\n  release-age: { warn-below: 60d }\n', 'lockgate.yaml', vocabulary);
    expect(ageLimitsOf(strict)).toEqual({ error: day, warning: 60 * day });
  });
});
