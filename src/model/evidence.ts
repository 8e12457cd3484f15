import type { Component } from './component.ts';
import type { Milliseconds } from './units.ts';

/** What one observation is about: usually a package name or `name@version`. Two components may share one. */
export type SubjectId = string;

/**
 * One thing that can be known. The engine collects it once for each subject, checks its shape, and shares it.
 * @typeParam T the shape of a known value
 */
export interface EvidenceKey<T> {
  readonly id: string;
  /** Proves the shape of what a collector or a cache answered. */
  readonly shape: (value: unknown) => value is T;
  /** The subject for a component; undefined where this evidence does not exist for its kind of source. */
  readonly subjectOf: (component: Component) => SubjectId | undefined;
}

/** What a collector learned about one subject. Absent is knowledge (`known`); unavailable is not. */
export type Observation<T> =
  | { readonly state: 'known'; readonly value: T; readonly observedAt: Milliseconds; readonly source: string }
  /** Granted by a registry's profile or by the policy, never by a response. */
  | { readonly state: 'not-offered'; readonly by: string }
  /** `source` is the registry host or feed that did not answer: reports say each source once. `detail` is one calm sentence. */
  | { readonly state: 'unavailable'; readonly reason: UnavailableReason; readonly detail: string; readonly source?: string };

export type UnavailableReason =
  | 'offline'
  | 'timeout'
  | 'network'
  | 'server-error'
  | 'forbidden'
  | 'rate-limited'
  | 'malformed'
  | 'too-large'
  | 'unknown-registry'
  | 'not-collected'
  /** This machine's clock is wrong, so that nothing about ages is proven. */
  | 'clock'
  | 'deadline';

/** What a collector is asked: each subject once, with every component that it is about. */
export type SubjectRequests = ReadonlyMap<SubjectId, readonly [Component, ...Component[]]>;

/** What has been collected so far: for derived evidence and for evidence whose subjects depend on other evidence. */
export interface Collected {
  readonly get: <T>(key: EvidenceKey<T>, subject: SubjectId) => Observation<T> | undefined;
}

/**
 * Learns one evidence key, all subjects at once; chooses its own batches and concurrency. A subject missing in the
 * answer is `unavailable`. May throw: the engine turns that into `unavailable` for all subjects.
 */
export interface Collector<T> {
  readonly key: EvidenceKey<T>;
  /** Keys that must be collected before; their observations are in `collected`, and nothing else is. */
  readonly after?: readonly EvidenceKey<unknown>[];
  /**
   * Lets judgements that rest on this evidence be remembered; without it they never are. Answers until when a known observation,
   * or one that is not offered, holds without being asked for again (milliseconds since the epoch; Infinity for what is fixed
   * while the settings are), given until when all of what it was derived from holds (`sources`, Infinity for none).
   * What it learns of a package may depend on that package's components and on what it gets from `collected`, and on nothing
   * else that is asked about in the same run, unless `circlesOf` says so.
   */
  // Methods, so that collectors of any shape are collectors of unknown: the engine has proven the shape of what it hands back.
  holdsUntil?(observation: Observation<T>, sources: number): number;
  /**
   * Names the circles that an observation belongs to. It depends on the packages that belong to one of them, too, in this run, on
   * which ones these are, and on nothing else that is asked about; each of these names the circle in turn, except where it is the
   * circle around a package (`circleAround`), to which that package belongs by itself.
   */
  circlesOf?(observation: Observation<T>): readonly string[];
  readonly collect: (requests: SubjectRequests, context: CollectContext) => Promise<ReadonlyMap<SubjectId, Observation<T>>>;
}

export interface CollectContext {
  readonly collected: Collected;
  /** Aborted at the run's one deadline. */
  readonly signal: AbortSignal;
  readonly now: Milliseconds;
  readonly onProgress: (done: number, total: number) => void;
}

/** The circle of whoever looks at this package, which need not be part of the run. */
export function circleAround(name: string): string {
  return `${around}${name}`;
}

/** The package that a circle is around. */
export function centreOf(circle: string): string | undefined {
  return circle.startsWith(around) ? circle.slice(around.length) : undefined;
}

const around = 'package ';

/** What a check is given about its subject: the value of each needed key, by the name the check chose. */
export type KnownEvidence<Needs extends Readonly<Record<string, EvidenceKey<unknown>>>> = {
  readonly [Name in keyof Needs]: Needs[Name] extends EvidenceKey<infer T> ? T : never;
};

/** What merely strengthens or weakens a case: may be absent. */
export type UsedEvidence<Uses extends Readonly<Record<string, EvidenceKey<unknown>>>> = {
  readonly [Name in keyof Uses]?: Uses[Name] extends EvidenceKey<infer T> ? T : never;
};

export type EvidenceMap = Readonly<Record<string, EvidenceKey<unknown>>>;
