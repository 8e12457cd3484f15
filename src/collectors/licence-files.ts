import { type LicenceFiles, licenceFiles } from '../evidence/licence-files.ts';
import { type Tarball, type TarballContent, tarball } from '../evidence/tarball.ts';
import { describeLicenceFile, isLicenceFile } from '../licences/licence-file.ts';
import { type TextIndex, loadTextIndex } from '../licences/text-index.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import type { CollectorPorts } from './ports.ts';

/** Derives what licence files say from the tarballs that were read. */
export function createLicenceFilesCollector(_ports: CollectorPorts): Collector<LicenceFiles> {
  return {
    key: licenceFiles,
    after: [tarball],
    collect: async (requests, { collected }) => {
      const index = await loadTextIndex();
      const described = new Map<string, LicenceFiles['files'][number]>();
      return new Map(
        [...requests].map(([subject, components]) => {
          const readings = components.flatMap((component) => {
            const id = tarball.subjectOf(component);
            return id === undefined ? [] : (collected.get(tarball, id) ?? []);
          });
          return [subject, derive(readings, index, described)];
        }),
      );
    },
  };
}

/** Copies of one version may be locked to different bytes; only the ones that are the locked ones speak for it. */
function derive(
  readings: readonly Observation<Tarball>[],
  index: TextIndex,
  described: Map<string, LicenceFiles['files'][number]>,
): Observation<LicenceFiles> {
  for (const reading of readings) {
    if (reading.state !== 'known' || reading.value.status !== 'read') continue;
    return { ...reading, value: { files: filesOf(reading.value, index, described) } };
  }
  const [first] = readings;
  if (first === undefined) return { state: 'not-offered', by: 'a package inside the tarball of another one' };
  if (first.state !== 'known') return first;
  return { state: 'unavailable', reason: 'malformed', detail: 'its tarball could not be read', source: first.source };
}

/** Most packages ship the same few texts: each is compared with the known licences once. */
function filesOf(
  { texts, manifest }: TarballContent,
  index: TextIndex,
  described: Map<string, LicenceFiles['files'][number]>,
): LicenceFiles['files'] {
  return texts
    .filter(({ path, isCut }) => isCut !== true && isLicenceFile(path, manifest?.licence))
    .map(({ path, text, sha256 }) => {
      const known = described.get(sha256) ?? describeLicenceFile(path, Buffer.from(text), index);
      described.set(sha256, known);
      // The digest is of the file's own bytes, which may be no UTF-8.
      return { ...known, path, sha256 };
    });
}
