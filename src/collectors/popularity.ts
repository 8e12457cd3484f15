import { type Popularity, popularity } from '../evidence/popularity.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import { openPopularNames, type PopularNames } from '../names/popular-names.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';

const source = 'allowlists/popular-names';
const maxRelations = 4;
/** More names outside the top list than honest projects have; the rest of a hostile lockfile is not worth a place in the cache. */
const mostRemembered = 1_000;
/**
 * The shipped list never changes while the process runs, and a registry proxy assesses one package at a time. Held weakly: its tables
 * take ten megabytes, which a run that has asked about all of its names has better uses for.
 */
const opened = new WeakMap<CollectorPorts['readShipped'], WeakRef<PopularNames>>();

type PopularityPorts = Pick<CollectorPorts, 'readShipped'> & Partial<Pick<CollectorPorts, 'facts' | 'tool'>>;

/**
 * Sets each name against the list of popular ones; opens the large table only for names outside the top of it, and of those only
 * for the ones that this build has not set against it before.
 */
export function createPopularityCollector({ readShipped, facts, tool }: PopularityPorts): Collector<Popularity> {
  return {
    key: popularity,
    holdsUntil: asLongAsItsSources,
    collect: async (requests, { now, signal, onProgress }) => {
      // Nothing here waits for the network: the collectors that do are to ask first, so that this is done while they wait.
      await turnOfTheLoop();
      const names = opened.get(readShipped)?.deref() ?? openPopularNames(readShipped);
      opened.set(readShipped, new WeakRef(names));
      const observations = new Map<string, Observation<Popularity>>();
      let unknown = 0;
      const learn = (name: string): Popularity => {
        if (names.isTop(name) || ++unknown > mostRemembered || facts === undefined || tool === undefined) return judge(name, names);
        const cacheKey = JSON.stringify(['popularity', tool, names.manifest.table.sha256, name]);
        const remembered = facts.get(cacheKey);
        if (remembered !== undefined) return JSON.parse(remembered.text) as Popularity; // the engine proves its shape
        const value = judge(name, names);
        facts.put(cacheKey, JSON.stringify(value), now);
        return value;
      };
      for (const subject of requests.keys()) {
        // Nor is what takes long to keep them from going on.
        if (!names.isTop(subject)) await turnOfTheLoop();
        // The engine has answered for the rest by then.
        if (signal.aborted) return observations;
        observations.set(subject, { state: 'known', value: learn(subject), observedAt: now, source });
        onProgress(observations.size, requests.size);
      }
      return observations;
    },
  };
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function judge(name: string, names: PopularNames): Popularity {
  const { tier, downloads, relations } = names.assess(name);
  const scopeDownloads = downloads === undefined ? names.scopeDownloads(name) : 0;
  return {
    tier,
    ...(downloads === undefined ? {} : { downloads }),
    ...(scopeDownloads > 0 ? { scopeDownloads } : {}),
    relations: relations.slice(0, maxRelations).map(({ kind, target, tier: own, reason, counterReasons }) => ({
      kind,
      target: { name: target.name, downloads: target.downloads },
      tier: own,
      reason,
      counterReasons,
    })),
    conflation: names.conflation(name),
    measuredAt: names.manifest.measuredAt,
  };
}
