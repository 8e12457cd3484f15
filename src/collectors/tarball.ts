import { packument } from '../evidence/packument.ts';
import { type Tarball, tarball } from '../evidence/tarball.ts';
import type { Component } from '../model/component.ts';
import type { CollectContext, Collector, Observation } from '../model/evidence.ts';
import { forEachAtOnce } from './at-once.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';
import { type TarballPorts, readTarball } from './tarball-reading.ts';

/** Bodies are held while they are read: this bounds the memory, and keeps a registry from being flooded. */
export const tarballsAtOnce = 8;

/** What a run that reads no tarballs answers to whoever asks all the same. */
export const notRead: Observation<never> = { state: 'not-offered', by: 'a run without --deep' };

/** Reads the tarball of each version against the lockfile's digests; nobody is asked in a run that does not read them. */
export function createTarballCollector(ports: TarballPorts & Pick<CollectorPorts, 'readsTarballs'>): Collector<Tarball> {
  return {
    key: tarball,
    after: [packument],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, context) => {
      const observations = new Map<string, Observation<Tarball>>();
      await forEachAtOnce(requests, tarballsAtOnce, async ([subject, [component]]) => {
        observations.set(subject, ports.readsTarballs === true ? await observe(component, ports, context) : notRead);
        context.onProgress(observations.size, requests.size);
      });
      return observations;
    },
  };
}

async function observe(component: Component, ports: TarballPorts, context: CollectContext): Promise<Observation<Tarball>> {
  const { name, version, integrity: locked } = component;
  const document = context.collected.get(packument, name);
  // Without a digest in the lockfile the registry's own is what the bytes are held to: it has to be known, or known to be absent.
  if (locked === undefined && document?.state !== 'known') return document ?? notCollected;
  const release = document?.state === 'known' ? document.value.releases.get(version) : undefined;
  const wanted = locked ?? release?.integrity;
  const request = { name, version, ...(wanted === undefined ? {} : { integrity: wanted }), ...(release === undefined ? {} : { release }) };
  const observation = await readTarball(request, ports, context);
  if (observation.state !== 'known' || release?.integrity === undefined) return observation;
  return { ...observation, value: { ...observation.value, published: release.integrity } };
}

const notCollected: Observation<never> = {
  state: 'unavailable',
  reason: 'not-collected',
  detail: 'its registry document was not asked for',
};
