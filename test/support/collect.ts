import type { Component } from '../../src/model/component.ts';
import type { Collected, Collector, EvidenceKey, Observation, SubjectRequests } from '../../src/model/evidence.ts';
import { milliseconds } from '../../src/model/units.ts';

/** A value as a collector has learned it from the example registry. */
export function known(value: unknown): Observation<unknown> {
  return { state: 'known', value, observedAt: milliseconds(0), source: 'https://registry.example/' };
}

/** Asks a derived collector about components, after what was learned before; every value has been proven by its shape. */
export async function derive<T>(
  collector: Collector<T>,
  components: readonly Component[],
  learned: Readonly<Record<string, Readonly<Record<string, Observation<unknown>>>>>,
  now: number,
): Promise<ReadonlyMap<string, Observation<T>>> {
  const requests: SubjectRequests = new Map(components.map((component) => [collector.key.subjectOf(component) ?? '', [component]]));
  const collected: Collected = {
    get: <V>(key: EvidenceKey<V>, subject: string): Observation<V> | undefined => {
      const observation = learned[key.id]?.[subject];
      if (observation === undefined || observation.state !== 'known') return observation;
      if (!key.shape(observation.value)) throw new Error(`the test gives a value without the shape of ${key.id}`);
      return { ...observation, value: observation.value };
    },
  };
  const answers = await collector.collect(requests, {
    collected,
    signal: new AbortController().signal,
    now: milliseconds(now),
    onProgress: () => undefined,
  });
  for (const [subject, answer] of answers)
    if (answer.state === 'known' && !collector.key.shape(answer.value)) throw new Error(`the answer about ${subject} has not its shape`);
  return answers;
}
