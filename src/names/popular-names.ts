import { createHash } from 'node:crypto';
import { assessName, type NameAssessment } from './assess-name.ts';
import { conflationOf } from './conflation.ts';
import { once } from './once.ts';
import { type PopularityFile, type PopularityManifest, readPopularityManifest } from './popularity-manifest.ts';
import { openPopularityTable, type Popular } from './popularity-table.ts';

/** A popularity list that opens its large table only when a name outside its short top list is asked about. */
export interface PopularNames {
  readonly manifest: PopularityManifest;
  /** Whether a name is in the short top list: only of others the large table has to be read. */
  readonly isTop: (name: string) => boolean;
  readonly assess: (name: string) => NameAssessment;
  /** Two or more popular packages whose names are put together in this one; otherwise empty. */
  readonly conflation: (name: string) => readonly Popular[];
  /** Downloads a month of all listed packages of the name's scope; 0 without a scope. */
  readonly scopeDownloads: (name: string) => number;
}

const folder = 'popular-names';

/**
 * Opens the list that ships with the tool, or one of the same shape. `read` gives the bytes of `popular-names/...`.
 * Throws a RangeError when a file is not what the manifest says.
 */
export function openPopularNames(read: (path: string) => Uint8Array): PopularNames {
  const manifest = readPopularityManifest(Buffer.from(read(`${folder}/manifest.json`)).toString('utf8'));
  const readProven = ({ path, sha256 }: PopularityFile): Uint8Array => {
    const bytes = read(`${folder}/${path}`);
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new RangeError(`${path} is not the file of its manifest`);
    return bytes;
  };
  const top = once(() => openPopularityTable(readProven(manifest.top)));
  const table = once(() => openPopularityTable(readProven(manifest.table)));
  return {
    manifest,
    isTop: (name) => top().downloadsOf(name) !== undefined,
    assess: (name) => {
      const downloads = top().downloadsOf(name);
      return downloads === undefined ? assessName(name, table()) : { name, tier: 'none', downloads, relations: [] };
    },
    conflation: (name) => (top().downloadsOf(name) !== undefined ? [] : conflationOf(name, table())),
    scopeDownloads: (name) => (name.startsWith('@') ? table().scopeDownloads(name.slice(1, name.indexOf('/'))) : 0),
  };
}
