import type { Collected, Collector, EvidenceKey, Observation, SubjectId, SubjectRequests } from '../model/evidence.ts';
import type { Milliseconds } from '../model/units.ts';
import type { Plan } from './plan.ts';

export interface CollectOptions {
  /** Aborted at the run's deadline: what has not answered by then is unavailable. */
  readonly signal: AbortSignal;
  readonly now: Milliseconds;
  readonly onProgress: (evidence: string, done: number, total: number) => void;
  /** Told of what somebody looks for and nobody asked to be collected. */
  readonly onMissing?: (key: EvidenceKey<unknown>, subject: SubjectId) => void;
}

/** Runs the plan's collectors, wave by wave. Whatever they do, every requested subject ends with an observation. */
export async function collect(plan: Plan, options: CollectOptions): Promise<Collected> {
  const observations = new Map<string, ReadonlyMap<SubjectId, Observation<unknown>>>();
  const collected: Collected = {
    // The shape was proven against this very key when the observation came in.
    get: <T>(key: EvidenceKey<T>, subject: SubjectId) => {
      const observation = observations.get(key.id)?.get(subject);
      if (observation === undefined) options.onMissing?.(key, subject);
      return observation as Observation<T> | undefined;
    },
  };
  for (const wave of plan.waves) {
    const answers = await Promise.all(
      wave.map((collector) => ask(collector, plan.requests.get(collector.key.id) ?? new Map(), collected, options)),
    );
    for (const [index, collector] of wave.entries()) {
      const answer = answers[index];
      if (answer !== undefined) observations.set(collector.key.id, answer);
    }
  }
  return collected;
}

async function ask(
  collector: Collector<unknown>,
  requests: SubjectRequests,
  collected: Collected,
  options: CollectOptions,
): Promise<ReadonlyMap<SubjectId, Observation<unknown>>> {
  if (requests.size === 0) return new Map();
  const onProgress = (done: number, total: number): void => options.onProgress(collector.key.id, done, total);
  const answer = await settle(
    () => collector.collect(requests, { collected, signal: options.signal, now: options.now, onProgress }),
    options.signal,
  );
  return new Map([...requests.keys()].map((subject) => [subject, proven(collector.key, subject, answer)]));
}

type Answer = { readonly observations: ReadonlyMap<SubjectId, Observation<unknown>> } | { readonly failure: Observation<never> };

/** A collector that throws, or that does not answer before the deadline, answers "unavailable" for all it was asked. */
async function settle(run: () => Promise<ReadonlyMap<SubjectId, Observation<unknown>>>, signal: AbortSignal): Promise<Answer> {
  let onAbort = (): void => {};
  const late = new Promise<Answer>((resolve) => {
    onAbort = () => resolve({ failure: unavailable('deadline', 'no answer before the deadline of this run') });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([run().then((observations) => ({ observations })), late]);
  } catch (error) {
    return { failure: unavailable('not-collected', `the collector failed: ${error instanceof Error ? error.message : String(error)}`) };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function proven(key: EvidenceKey<unknown>, subject: SubjectId, answer: Answer): Observation<unknown> {
  if ('failure' in answer) return answer.failure;
  if (!(answer.observations instanceof Map)) return unavailable('malformed', 'the collector did not answer with a map');
  const observation = answer.observations.get(subject);
  if (observation === undefined) return unavailable('not-collected', 'the collector gave no answer for it');
  switch (observation.state) {
    case 'known':
      return hasShape(key, observation.value) ? observation : unavailable('malformed', `the answer does not have the shape of ${key.id}`);
    case 'not-offered':
    case 'unavailable':
      return observation;
    default:
      return unavailable('malformed', 'the collector answered with an unknown state');
  }
}

function hasShape(key: EvidenceKey<unknown>, value: unknown): boolean {
  try {
    return key.shape(value);
  } catch {
    // A hostile value can make a shape test throw (a getter, a proxy): it has not been proven, which is what false says.
    return false;
  }
}

function unavailable(reason: Extract<Observation<never>, { state: 'unavailable' }>['reason'], detail: string): Observation<never> {
  return { state: 'unavailable', reason, detail };
}
