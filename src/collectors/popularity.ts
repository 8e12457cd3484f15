import { type Popularity, popularity } from '../evidence/popularity.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import { openPopularNames, type PopularNames } from '../names/popular-names.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';

const source = 'allowlists/popular-names';
const maxRelations = 4;
/** The shipped list never changes while the process runs, and a registry proxy assesses one package at a time. */
const opened = new WeakMap<CollectorPorts['readShipped'], PopularNames>();

/** Sets each name against the list of popular ones; opens the large table only for names outside the top of it. */
export function createPopularityCollector({ readShipped }: Pick<CollectorPorts, 'readShipped'>): Collector<Popularity> {
  return {
    key: popularity,
    holdsUntil: asLongAsItsSources,
    collect: async (requests, { now, onProgress }) => {
      const names = opened.get(readShipped) ?? openPopularNames(readShipped);
      opened.set(readShipped, names);
      const observations = new Map<string, Observation<Popularity>>();
      for (const subject of requests.keys()) {
        observations.set(subject, { state: 'known', value: judge(subject, names), observedAt: now, source });
        onProgress(observations.size, requests.size);
      }
      return observations;
    },
  };
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
