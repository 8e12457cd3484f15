import { type Attestations, attestations as key } from '../evidence/attestations.ts';
import { type Packument, packument, publishedReleases, type Release } from '../evidence/packument.ts';
import type { CollectContext, Collector, Observation } from '../model/evidence.ts';
import { forEachAtOnce } from './at-once.ts';
import { attestationsAddress } from './attestations-address.ts';
import { attestationsCacheKey } from './attestations-cache.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';
import { earlierReleases } from './release-line.ts';
import { strippedDocuments } from './stripped-documents.ts';

const concurrency = 16;
const maxBytes = 4 * 1024 * 1024;

type Answer = { readonly answer?: string } | { readonly failure: Observation<never> };

/**
 * Asks the attestations endpoint for every version that announces attestations, and for those that do not where an
 * earlier release of their line did, or where their own were proven before: stripped and never published are different
 * findings. The address is built from
 * the configured registry and never taken from the document.
 */
export function createAttestationsCollector(ports: CollectorPorts): Collector<Attestations> {
  return {
    key,
    after: [packument],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, context) => {
      const observations = new Map<string, Observation<Attestations>>();
      await forEachAtOnce(requests, concurrency, async ([subject, [component]]) => {
        const document = context.collected.get(packument, component.name);
        if (document === undefined) return;
        observations.set(subject, document.state === 'known' ? await observe(document, component.version, ports, context) : document);
        context.onProgress(observations.size, requests.size);
      });
      return observations;
    },
  };
}

type KnownPackument = Extract<Observation<Packument>, { state: 'known' }>;

async function observe(
  document: KnownPackument,
  version: string,
  ports: CollectorPorts,
  context: CollectContext,
): Promise<Observation<Attestations>> {
  const { value: packument, observedAt, source } = document;
  const known = (value: Attestations): Observation<Attestations> => ({ state: 'known', value, observedAt, source });
  const release = packument.releases.get(version);
  if (packument.status !== 'published' || release === undefined) return known({ isAnnounced: false, earlier: [] });
  const isAnnounced = release.attestations !== undefined;
  if (!isAnnounced && isStripped(packument, release, ports)) {
    return { state: 'unavailable', reason: 'malformed', detail: strippedDocuments, source: new URL(packument.registry).host };
  }
  const before = earlierReleases(packument, release).find(({ announced }) => announced === 'provenance');
  const isRemembered = ports.facts.get(attestationsCacheKey(packument.registry, packument.name, version)) !== undefined;
  if (!isAnnounced && before === undefined && !isRemembered) return known({ isAnnounced, earlier: [] });
  const own = await ask(packument, version, ports, context);
  if ('failure' in own) return own.failure;
  const previous = before === undefined ? {} : await ask(packument, before.version, ports, context);
  // An earlier answer that does not come weakens the comparison to what the metadata says; it does not stop it.
  const earlier =
    before === undefined || 'failure' in previous || previous.answer === undefined
      ? []
      : [{ version: before.version, answer: previous.answer }];
  return known({ isAnnounced, earlier, ...(own.answer === undefined ? {} : { answer: own.answer }) });
}

/** A registry that signs everything, and a document in which nothing is signed. */
function isStripped(document: Packument, release: Release, { registries }: CollectorPorts): boolean {
  return (
    registries.profileOf(document.registry).offers.signatures === 'offered' &&
    ![release, ...publishedReleases(document)].some(({ isSigned }) => isSigned === true)
  );
}

async function ask({ name, registry }: Packument, version: string, ports: CollectorPorts, { signal }: CollectContext): Promise<Answer> {
  const remembered = ports.facts.get(attestationsCacheKey(registry, name, version));
  if (remembered !== undefined) return { answer: remembered.text };
  const host = new URL(registry).host;
  if (ports.isOffline)
    return {
      failure: {
        state: 'unavailable',
        reason: 'offline',
        detail: 'its attestations are not remembered',
        source: host,
      },
    };
  const url = attestationsAddress(name, version, registry);
  const outcome = await ports.http.get(url, { headers: { accept: 'application/json' }, signal, maxBytes, maxDecodedBytes: maxBytes });
  if (outcome.type === 'failed') return { failure: { state: 'unavailable', reason: outcome.reason, detail: outcome.detail, source: host } };
  if (outcome.status === 404) return {};
  if (outcome.status === 200) return { answer: outcome.body.toString('utf8') };
  const reason = outcome.status >= 500 ? 'server-error' : outcome.status === 429 ? 'rate-limited' : 'forbidden';
  return { failure: { state: 'unavailable', reason, detail: `the attestations endpoint answers ${outcome.status}`, source: host } };
}
