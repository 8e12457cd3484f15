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
  /** What the same collectors learned just before, when less was asked: what would come out the same is not asked again. */
  readonly earlier?: Collection;
}

/** Everything that was collected. */
export interface Collection extends Collected {
  readonly answers: ReadonlyMap<string, Answers>;
}

/** What one collector learned. */
interface Answers {
  readonly requests: SubjectRequests;
  readonly observations: ReadonlyMap<SubjectId, Observation<unknown>>;
  /** No answer would be another one if more were asked: nothing was looked for in vain, and nothing is compared. */
  readonly isFinal: boolean;
}

/**
 * Runs the plan's collectors, each as soon as what it needs has been learned. Whatever they do, every requested subject ends
 * with an observation.
 */
export async function collect(plan: Plan, options: CollectOptions): Promise<Collection> {
  const answers = new Map<string, Answers>();
  const get = <T>(key: EvidenceKey<T>, subject: SubjectId): Observation<T> | undefined => {
    const observation = answers.get(key.id)?.observations.get(subject);
    if (observation === undefined) options.onMissing?.(key, subject);
    // The shape was proven against this very key when the observation came in.
    return observation as Observation<T> | undefined;
  };
  const learn = async (collector: Collector<unknown>): Promise<void> => {
    const requests = plan.requests.get(collector.key.id) ?? new Map();
    const reading = createReading(collector, get);
    const observations = await ask(collector, requests, reading, options);
    const isFinal =
      collector.circlesOf === undefined && !reading.hasMissed() && reading.read().every((id) => answers.get(id)?.isFinal === true);
    answers.set(collector.key.id, { requests, observations, isFinal });
  };
  const learned = new Map<string, Promise<void>>();
  for (const collector of plan.collectors) {
    const sources = (collector.after ?? []).flatMap(({ id }) => learned.get(id) ?? []);
    learned.set(collector.key.id, sources.length === 0 ? learn(collector) : Promise.all(sources).then(() => learn(collector)));
  }
  await Promise.all(learned.values());
  return { get, answers };
}

/** Lets one collector see what it has to come after, and notes what it looked at. */
interface Reading extends Collected {
  readonly hasMissed: () => boolean;
  /** Ids of the keys that it looked at. */
  readonly read: () => readonly string[];
}

function createReading({ key: { id: own }, after = [] }: Collector<unknown>, get: Collected['get']): Reading {
  const sources = new Set(after.map(({ id }) => id));
  const keys = new Set<string>();
  let isMissing = false;
  return {
    get: (key, subject) => {
      // Whether anything else is there already is a matter of chance.
      if (!sources.has(key.id)) throw new Error(`${own} looks at ${key.id}, which it does not come after`);
      const observation = get(key, subject);
      keys.add(key.id);
      if (observation === undefined) isMissing = true;
      return observation;
    },
    hasMissed: () => isMissing,
    read: () => [...keys],
  };
}

async function ask(
  collector: Collector<unknown>,
  requests: SubjectRequests,
  collected: Collected,
  options: CollectOptions,
): Promise<ReadonlyMap<SubjectId, Observation<unknown>>> {
  const kept = keptOf(options.earlier?.answers.get(collector.key.id), requests);
  const open = kept.size === 0 ? requests : new Map([...requests].filter(([subject]) => !kept.has(subject)));
  if (open.size === 0) return kept;
  const onProgress = (done: number, total: number): void => options.onProgress(collector.key.id, done, total);
  const answer = await settle(
    () => collector.collect(open, { collected, signal: options.signal, now: options.now, onProgress }),
    options.signal,
  );
  return new Map([...requests.keys()].map((subject) => [subject, kept.get(subject) ?? proven(collector.key, subject, answer)]));
}

/** The earlier observations of subjects that are about the same components as then. */
function keptOf(earlier: Answers | undefined, requests: SubjectRequests): ReadonlyMap<SubjectId, Observation<unknown>> {
  const kept = new Map<SubjectId, Observation<unknown>>();
  if (earlier?.isFinal !== true) return kept;
  for (const [subject, components] of requests) {
    const before = earlier.requests.get(subject);
    const observation = earlier.observations.get(subject);
    const isAboutTheSame = before?.length === components.length && components.every((component, index) => component === before[index]);
    if (observation !== undefined && isAboutTheSame) kept.set(subject, observation);
  }
  return kept;
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
