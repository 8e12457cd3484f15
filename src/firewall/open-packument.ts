import { type Span, scanMembers, scanWanted, wantedKeys } from '../collectors/json-bytes.ts';
import { type Spans, scanDocument } from '../collectors/packument-scan.ts';

/** A registry's document in its own bytes, with the places of what is in it: thousands of versions never become objects. */
export interface OpenPackument {
  readonly body: Buffer;
  readonly members: ReadonlyMap<string, Span>;
  readonly versions: ReadonlyMap<string, Span>;
  /** The parsed value of a top-level key, or of one version; undefined where there is none. Throws SyntaxError for a value that is no JSON. */
  readonly get: (key: string) => unknown;
  readonly manifest: (version: string) => unknown;
  /** Looked for once for each version, whoever asks first. */
  readonly places: (version: string) => ManifestPlaces;
}

/** Where in a version's manifest that stands which a firewall goes by; empty where the manifest is no object. */
export interface ManifestPlaces {
  /** The one address of the tarball, so that everything around it can be copied; undefined where a key on the way stands twice, or is missing. */
  readonly tarball: Span | undefined;
  /** What clients install along; of a field that stands twice the last one counts. */
  readonly dependencies: readonly DependencyField[];
}

export interface DependencyField {
  readonly field: InstalledField;
  readonly span: Span;
}

/** What clients install along with a package; what they need to build it is nobody's who installs it. */
export const installedFields = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

type InstalledField = (typeof installedFields)[number];

/**
 * Opens a document for filtering; undefined for what is no JSON object. A document that the scan does not understand and JSON.parse
 * does is written anew first: both then agree about every byte.
 */
export function openPackument(body: Buffer): OpenPackument | undefined {
  const spans = scanDocument(body);
  return spans === undefined ? openRewritten(body) : opened(body, spans);
}

function opened(body: Buffer, { members, versions = new Map() }: Spans): OpenPackument {
  const read = (span: Span | undefined): unknown => (span === undefined ? undefined : JSON.parse(body.toString('utf8', ...span)));
  const places = new Map<string, ManifestPlaces>();
  return {
    body,
    members,
    versions,
    get: (key) => read(members.get(key)),
    manifest: (version) => read(versions.get(version)),
    places: (version) => {
      const [known, span] = [places.get(version), versions.get(version)];
      if (known !== undefined || span === undefined) return known ?? nowhere;
      const found = placesIn(body, span[0]);
      places.set(version, found);
      return found;
    },
  };
}

function openRewritten(body: Buffer): OpenPackument | undefined {
  try {
    const rewrittenBody = Buffer.from(JSON.stringify(JSON.parse(body.toString('utf8'))));
    const spans = scanDocument(rewrittenBody);
    return spans === undefined ? undefined : opened(rewrittenBody, spans);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const nowhere: ManifestPlaces = { tarball: undefined, dependencies: [] };
const manifestKeys = wantedKeys(['dist', ...installedFields]);
const distKeys = wantedKeys(['tarball']);

function placesIn(body: Buffer, start: number): ManifestPlaces {
  const spans = new Int32Array(manifestKeys.places.size * 2);
  if (scanWanted(body, start, manifestKeys, spans, 'refused') === -1) return placesInOdd(body, start);
  const spanOf = (key: string): Span | undefined => spanIn(spans, manifestKeys.places.get(key));
  return { tarball: tarballIn(body, spanOf('dist')), dependencies: fieldsBy(spanOf) };
}

/** A key stands twice, or is written with escapes: whoever writes this manifest writes all of it anew. */
function placesInOdd(body: Buffer, start: number): ManifestPlaces {
  const members = scanMembers(body, start);
  return members === undefined ? nowhere : { tarball: undefined, dependencies: fieldsBy((key) => members.get(key)) };
}

function tarballIn(body: Buffer, dist: Span | undefined): Span | undefined {
  const spans = new Int32Array(distKeys.places.size * 2);
  return dist === undefined || scanWanted(body, dist[0], distKeys, spans, 'refused') === -1 ? undefined : spanIn(spans, 0);
}

function fieldsBy(spanOf: (key: string) => Span | undefined): readonly DependencyField[] {
  return installedFields.flatMap((field) => {
    const span = spanOf(field);
    return span === undefined ? [] : [{ field, span }];
  });
}

function spanIn(spans: Int32Array, place = -1): Span | undefined {
  const [start = -1, end = -1] = [spans[place * 2], spans[place * 2 + 1]];
  return start === -1 ? undefined : [start, end];
}
