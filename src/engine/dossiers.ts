import type { Component } from '../model/component.ts';
import type { Collected, EvidenceKey, Observation, SubjectId } from '../model/evidence.ts';

/** What is known under one key about one component. */
export type Entry =
  | Observation<unknown>
  | { readonly state: 'not-collected' }
  /** This evidence does not exist for its kind of source. */
  | { readonly state: 'no-subject' };

/** All that is known about one component: one entry for each key, at the key's place. */
export type Dossier = readonly Entry[];

/** What was collected, by component. Dozens of checks ask for the same few things: each is looked up once. */
export interface Dossiers {
  readonly of: (component: Component) => Dossier;
  /** The place of a key's entry in every dossier. */
  readonly placeOf: (key: EvidenceKey<unknown>) => number;
}

/** Opens the dossiers for these keys; each is put together when somebody asks for its component. */
export function openDossiers(keys: Iterable<EvidenceKey<unknown>>, collected: Collected): Dossiers {
  const all = [...new Set(keys)];
  const places = new Map(all.map((key, place) => [key, place]));
  const groups = bySubject(all);
  const dossiers = new Map<Component, Dossier>();
  const compile = (component: Component): Dossier => {
    const entries = all.map((): Entry => noSubject);
    for (const { subjectOf, members } of groups) {
      const subject = subjectOf(component);
      if (subject === undefined) continue;
      for (const { key, place } of members) entries[place] = collected.get(key, subject) ?? notCollected;
    }
    dossiers.set(component, entries);
    return entries;
  };
  return {
    of: (component) => dossiers.get(component) ?? compile(component),
    placeOf: (key) => {
      const place = places.get(key);
      if (place === undefined) throw new Error(`nobody has opened the dossiers for ${key.id}`);
      return place;
    },
  };
}

const noSubject: Entry = { state: 'no-subject' };
const notCollected: Entry = { state: 'not-collected' };

/** Keys that name their subjects in the same way. */
interface Group {
  readonly subjectOf: (component: Component) => SubjectId | undefined;
  readonly members: { readonly key: EvidenceKey<unknown>; readonly place: number }[];
}

function bySubject(keys: readonly EvidenceKey<unknown>[]): readonly Group[] {
  const groups = new Map<Group['subjectOf'], Group>();
  for (const [place, key] of keys.entries()) {
    const { subjectOf } = key;
    const group = groups.get(subjectOf) ?? { subjectOf, members: [] };
    groups.set(subjectOf, group);
    group.members.push({ key, place });
  }
  return [...groups.values()];
}
