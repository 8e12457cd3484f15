import { describe, expect, it } from 'vitest';
import { collect } from '../../src/engine/collect.ts';
import { plan } from '../../src/engine/plan.ts';
import { defineCheck } from '../../src/model/check.ts';
import type { Collected, Collector, EvidenceKey, Observation } from '../../src/model/evidence.ts';
import { milliseconds } from '../../src/model/units.ts';
import { defaultPolicy } from '../../src/policy/load.ts';
import { component, inventory } from '../support/inventory.ts';

const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));
const key = (id: string): EvidenceKey<string> => ({
  id,
  shape: (value): value is string => typeof value === 'string',
  subjectOf: ({ name }) => name,
});
const [seed, sprout, weather] = [key('seed'), key('sprout'), key('weather')];
const grows = defineCheck({
  id: 'grows',
  scope: 'component',
  needs: { sprout, weather },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: { 'grows/not': { severity: 'error', summary: 'It does not', why: 'It is dry.', fix: 'Water.', family: 'freshness' } },
  evaluate: () => [],
});

/** Answers with what `learn` says, for every subject. */
function learner(
  of: EvidenceKey<string>,
  after: readonly EvidenceKey<unknown>[],
  learn: (collected: Collected, subject: string) => Promise<string>,
): Collector<string> {
  return {
    key: of,
    after,
    collect: async (requests, { collected }) => {
      const answers = new Map<string, Observation<string>>();
      for (const subject of requests.keys())
        answers.set(subject, { state: 'known', value: await learn(collected, subject), observedAt: now, source: 'garden' });
      return answers;
    },
  };
}

function gather(collectors: readonly Collector<unknown>[]): ReturnType<typeof collect> {
  const checks = [grows];
  const work = plan({
    inventory: inventory([component('bean', '1.0.0')]),
    policy: defaultPolicy({ checks, engineRules: [], now }),
    checks,
    collectors,
  });
  return collect(work, { signal: new AbortController().signal, now, onProgress: () => undefined });
}

describe('collecting', () => {
  it('begins with each piece as soon as what it needs is there, whatever else takes its time', async () => {
    const told: string[] = [];
    let clear = (): void => undefined;
    const clouds = new Promise<void>((resolve) => (clear = resolve));
    const collected = await gather([
      learner(weather, [], async () => {
        await clouds;
        return told.push('weather') > 0 ? 'fair' : '';
      }),
      learner(sprout, [seed], async () => {
        told.push('sprout');
        clear();
        return 'green';
      }),
      learner(seed, [], async () => (told.push('seed') > 0 ? 'brown' : '')),
    ]);
    expect(told).toEqual(['seed', 'sprout', 'weather']);
    expect(collected.get(weather, 'bean')).toMatchObject({ state: 'known', value: 'fair' });
  });

  it('learns nothing from who looks at what it does not come after: whether that is there is chance', async () => {
    const collected = await gather([
      learner(seed, [], async () => 'brown'),
      learner(weather, [], async () => 'fair'),
      learner(sprout, [seed], async (others, subject) => `${others.get(weather, subject)?.state}`),
    ]);
    expect(collected.get(sprout, 'bean')).toMatchObject({
      state: 'unavailable',
      detail: 'the collector failed: sprout looks at weather, which it does not come after',
    });
  });

  it('does not begin with what needs itself', async () => {
    await expect(async () =>
      gather([learner(seed, [sprout], async () => ''), learner(sprout, [seed], async () => ''), learner(weather, [], async () => '')]),
    ).rejects.toThrow('evidence depends on itself: seed, sprout');
  });
});
