import { isRecord, parseJson } from '../model/json.ts';
import { type Span, type WantedKeys, collectMembers, isObjectAt, scanObject, skipSpace } from './json-bytes.ts';
import { createSkipper } from './json-nesting.ts';
import { type Manifest, createManifestReader, manifestOf } from './manifest.ts';
import { type Times, readTimes, timesOf } from './packument-times.ts';

/** A registry document of which only the wanted parts become objects. */
export interface ScannedDocument {
  /** Value of a top-level key that `readDocument` was asked for; undefined where the document has none. */
  readonly get: (key: string) => unknown;
  /** The keys of `versions`, in document order; undefined where `versions` is missing or no object. */
  readonly versions: readonly string[] | undefined;
  /** One version's manifest; undefined where there is none. */
  readonly manifest: (version: string) => unknown;
  /** A reader of such manifests for these of their keys, which turns nothing else into objects. */
  readonly manifests: (keys: WantedKeys) => (version: string) => Manifest | undefined;
  /** What `time` says; undefined where it is missing or no object. */
  readonly times: () => Times | undefined;
}

/** Where the values of the top level and of `versions` stand. */
export interface Spans {
  readonly members: Map<string, Span>;
  readonly versions: Map<string, Span> | undefined;
}

/**
 * Reads a JSON document (RFC 8259) with the answers of JSON.parse, at a fraction of its time and memory: one pass notes where
 * the values of the top level and of `versions` begin and end, and only what is asked for is parsed. Nested content cannot
 * pose as a version, because strings and depth are tracked; of duplicate keys the last one counts.
 * Any surprise is left to JSON.parse itself. Undefined where the text is not JSON or not an object.
 * A fault inside a value that nobody asks for may go unnoticed.
 */
export function readDocument(body: Buffer): ScannedDocument | undefined {
  const spans = scanDocument(body);
  return spans === undefined ? readWhole(body) : readSpans(body, spans);
}

function readSpans(body: Buffer, { members, versions }: Spans): ScannedDocument {
  const read = (span: Span | undefined): unknown => (span === undefined ? undefined : JSON.parse(body.toString('utf8', ...span)));
  return {
    get: (key) => read(members.get(key)),
    versions: versions === undefined ? undefined : [...versions.keys()],
    manifest: (version) => read(versions?.get(version)),
    manifests: (keys) => {
      const readAt = createManifestReader(body, keys);
      return (version) => {
        const span = versions?.get(version);
        return span === undefined ? undefined : readAt(...span);
      };
    },
    times: () => {
      const span = members.get('time');
      return span === undefined || !isObjectAt(body, span[0]) ? undefined : readTimes(body, span);
    },
  };
}

function readWhole(body: Buffer): ScannedDocument | undefined {
  const document = parseJson(body);
  if (!isRecord(document)) return undefined;
  const members = new Map(Object.entries(document));
  const versions = members.get('versions');
  const manifests = isRecord(versions) ? new Map(Object.entries(versions)) : undefined;
  return {
    get: (key) => members.get(key),
    versions: manifests === undefined ? undefined : [...manifests.keys()],
    manifest: (version) => manifests?.get(version),
    manifests: () => (version) => (manifests?.has(version) === true ? manifestOf(manifests.get(version)) : undefined),
    times: () => timesOf(members.get('time')),
  };
}

/** Undefined for anything that is not plainly one JSON object. */
export function scanDocument(body: Buffer): Spans | undefined {
  let versions: Map<string, Span> | undefined;
  const start = skipSpace(body, 0);
  const members = new Map<string, Span>();
  const skip = createSkipper(body);
  const end = scanObject(body, start, (key, valueStart) => {
    const found = key === 'versions' && isObjectAt(body, valueStart) ? new Map<string, Span>() : undefined;
    const valueEnd = found === undefined ? skip(valueStart) : collectMembers(body, valueStart, found, skip);
    if (key === 'versions') versions = found;
    members.set(key, [valueStart, valueEnd]);
    return valueEnd;
  });
  return end === -1 || skipSpace(body, end) !== body.length ? undefined : { members, versions };
}
