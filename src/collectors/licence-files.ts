import { type LicenceFile, type LicenceFiles, licenceFiles } from '../evidence/licence-files.ts';
import { type Tarball, type TarballContent, type TarballText, tarball } from '../evidence/tarball.ts';
import { describeLicenceFile, isLicenceFile } from '../licences/licence-file.ts';
import { loadTextIndex } from '../licences/text-index.ts';
import type { Component } from '../model/component.ts';
import type { CollectContext, Collector, Observation } from '../model/evidence.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';

/** Descriptions by another detector or list of licences live under another key. */
const recordVersion = 1;

/**
 * Derives what licence files say from the tarballs that were read. A text is compared with the known licences once, ever: most
 * packages ship the same few.
 */
export function createLicenceFilesCollector({ facts }: Pick<CollectorPorts, 'facts'>): Collector<LicenceFiles> {
  return {
    key: licenceFiles,
    after: [tarball],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, context) => {
      const describe = createDescriber(facts, context);
      const observations = new Map<string, Observation<LicenceFiles>>();
      for (const [subject, components] of requests) {
        observations.set(subject, await derive(components, context, describe));
        context.onProgress(observations.size, requests.size);
      }
      return observations;
    },
  };
}

type Describer = (file: TarballText) => Promise<LicenceFile>;

/** Copies of one version may be locked to different bytes; only the ones that are the locked ones speak for it. */
async function derive(
  components: readonly Component[],
  { collected }: CollectContext,
  describe: Describer,
): Promise<Observation<LicenceFiles>> {
  const readings = components.flatMap((component): readonly Observation<Tarball>[] => {
    const id = tarball.subjectOf(component);
    const reading = id === undefined ? undefined : collected.get(tarball, id);
    return reading === undefined ? [] : [reading];
  });
  for (const reading of readings) {
    if (reading.state !== 'known' || reading.value.status !== 'read') continue;
    const files = [];
    for (const file of licenceTexts(reading.value)) files.push(await describe(file));
    return { ...reading, value: { files } };
  }
  const [first] = readings;
  if (first === undefined) return { state: 'not-offered', by: 'a package inside the tarball of another one' };
  if (first.state !== 'known') return first;
  return { state: 'unavailable', reason: 'malformed', detail: 'its tarball could not be read', source: first.source };
}

function licenceTexts({ texts, manifest }: TarballContent): readonly TarballText[] {
  return texts.filter(({ path, isCut }) => isCut !== true && isLicenceFile(path, manifest?.licence));
}

function createDescriber(facts: CollectorPorts['facts'], { now }: CollectContext): Describer {
  const described = new Map<string, Omit<LicenceFile, 'path'>>();
  return async ({ path, text, sha256 }) => {
    const key = JSON.stringify(['licence-text', recordVersion, sha256]);
    const known = described.get(sha256) ?? recall(facts.get(key)?.text, text, sha256);
    if (known !== undefined) return { ...known, path };
    const index = await loadTextIndex();
    // A comparison takes milliseconds, a run may take thousands of them: sockets and timers have to get their turn.
    await new Promise((resolve) => setImmediate(resolve));
    const { licences, references, hasOwnConditions } = describeLicenceFile(path, Buffer.from(text), index);
    described.set(sha256, { text, sha256, licences, references, hasOwnConditions });
    facts.put(key, JSON.stringify({ licences, references, hasOwnConditions }), now);
    // The digest is of the file's own bytes, which may be no UTF-8.
    return { path, text, sha256, licences, references, hasOwnConditions };
  };
}

function recall(record: string | undefined, text: string, sha256: string): Omit<LicenceFile, 'path'> | undefined {
  const parsed: unknown = record === undefined ? undefined : JSON.parse(record); // its code has proven that we wrote it
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const files = [{ ...parsed, path: '', text, sha256 }];
  const value = { files };
  return licenceFiles.shape(value) ? value.files[0] : undefined;
}
