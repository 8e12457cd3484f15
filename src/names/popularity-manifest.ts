import { isRecord } from '../model/json.ts';
import { parseInstant, type Milliseconds } from '../model/units.ts';

/** What is known about a popularity list beside its rows. */
export interface PopularityManifest {
  /** When the downloads were counted. */
  readonly measuredAt: Milliseconds;
  readonly licence: string;
  /** Packages that it was made from, as `name@version`. */
  readonly sources: readonly string[];
  readonly table: PopularityFile;
  readonly top: PopularityFile;
}

export interface PopularityFile {
  readonly path: string;
  readonly names: number;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
}

/** A list older than this misses so many new packages that it should be made again. */
export const staleAfter: number = 120 * 86_400_000;

/** Reads `manifest.json`; throws a RangeError for anything that is not one. */
export function readPopularityManifest(text: string): PopularityManifest {
  const manifest: unknown = JSON.parse(text);
  if (!isRecord(manifest) || manifest['version'] !== 1) throw new RangeError('not a popularity manifest of version 1');
  const measuredAt = parseInstant(`${String(manifest['measured'])}T00:00:00Z`);
  const { licence, sources, files } = manifest;
  if (measuredAt === undefined || typeof licence !== 'string' || !Array.isArray(sources) || !isRecord(files))
    throw new RangeError('a popularity manifest without date, licence, sources or files');
  return { measuredAt, licence, sources: sources.map(sourceOf), table: fileOf(files['table']), top: fileOf(files['top']) };
}

/** Whether a list is too old to know recent packages; a date that makes no sense counts as old. */
export function isStale(manifest: PopularityManifest, now: Milliseconds): boolean {
  return !(now - manifest.measuredAt <= staleAfter);
}

function sourceOf(value: unknown): string {
  if (!isRecord(value)) throw new RangeError('a popularity manifest with a source that is not an object');
  return `${String(value['name'])}@${String(value['version'])}`;
}

function fileOf(value: unknown): PopularityFile {
  if (!isRecord(value)) throw new RangeError('a popularity manifest without its files');
  const { path, names, sha256 } = value;
  if (typeof path !== 'string' || typeof names !== 'number' || typeof sha256 !== 'string')
    throw new RangeError('a popularity manifest with an incomplete file');
  return { path, names, sha256 };
}
