import type { Milliseconds } from './units.ts';

/** One remembered text. Only records whose authenticity was proven are ever given out. */
export interface CacheRecord {
  readonly text: string;
  readonly writtenAt: Milliseconds;
}

/** A map from key to text that outlives the run, or nothing at all: a cache may forget anything, and never says something false. */
export interface CacheLayer {
  readonly get: (key: string) => CacheRecord | undefined;
  readonly put: (key: string, text: string, now: Milliseconds) => void;
}

/** What is remembered between runs. Failures never are. */
export interface EvidenceCache {
  /** Immutable facts about a name, version and integrity. */
  readonly facts: CacheLayer;
  /** Mutable documents by registry, name and representation; the reader judges their age. */
  readonly names: CacheLayer;
  /** Writes what was put since the last time, and lets it go: memory does not grow with what a long run learns. */
  readonly save: () => void;
  /** Writes what was put since the last time, and still knows it. */
  readonly checkpoint: () => void;
}

/** Remembers nothing. */
export const noCache: EvidenceCache = {
  facts: { get: () => undefined, put: () => undefined },
  names: { get: () => undefined, put: () => undefined },
  save: () => undefined,
  checkpoint: () => undefined,
};

/** A cache that is opened when something is first looked for in it: files of many megabytes that nobody needs are not read. */
export function deferredCache(open: () => EvidenceCache): EvidenceCache {
  let opened: EvidenceCache | undefined;
  const cache = (): EvidenceCache => (opened ??= open());
  return {
    facts: { get: (key) => cache().facts.get(key), put: (key, text, now) => cache().facts.put(key, text, now) },
    names: { get: (key) => cache().names.get(key), put: (key, text, now) => cache().names.put(key, text, now) },
    save: () => opened?.save(),
    checkpoint: () => opened?.checkpoint(),
  };
}
