import type { Component as InstalledCopy } from '../model/component.ts';
import type { InventoryOrigin } from '../model/inventory.ts';
import type { SbomEntry } from './contents.ts';
import { compareText } from './contents.ts';
import type { BomEvidence, BomIdentity, BomPedigree } from './cyclonedx-shape.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import { isAtLeast } from './cyclonedx-terms.ts';
import { relativePath } from './entry-properties.ts';

/** Says of each entry why its purl is the right one, and where it was found. */
export function evidenceWriter({ path }: InventoryOrigin, spec: CycloneDxVersion): (entry: SbomEntry) => BomEvidence {
  // 1.5 knows a single identity, later versions a list.
  const written = (identity: BomIdentity): BomEvidence['identity'] => (isAtLeast(spec, '1.6') ? [identity] : identity);
  const locked = { technique: 'manifest-analysis', confidence: 1, value: path } as const;
  const nothingElse = written(identityBy([locked]));
  return (entry) => {
    const attested = attestationOf(entry);
    return {
      identity: attested === undefined ? nothingElse : written(identityBy([locked, attested])),
      occurrences: occurrencesOf(entry, spec),
    };
  };
}

/** A patched package is no longer what was published under its name. */
export function pedigreeOf(copies: readonly InstalledCopy[]): BomPedigree | undefined {
  if (!copies.some(({ patches = [] }) => patches.length > 0)) return undefined;
  const patches = new Map(
    copies.flatMap(({ patches: own = [] }) => own).map((patch) => [`${patch.path ?? ''} ${patch.hash ?? ''}`, patch]),
  );
  const list = [...patches.entries()].sort(([a], [b]) => compareText(a, b)).map(([, patch]) => patch);
  const digests = list.flatMap(({ hash }) => hash ?? []);
  return {
    patches: list.map(({ path }) => ({
      type: 'unofficial',
      ...(path === undefined ? {} : { diff: { url: encodeURI(relativePath(path).toWellFormed()) } }),
    })),
    ...(digests.length === 0 ? {} : { notes: `digest of the patch in the lockfile: ${digests.join(', ')}` }),
  };
}

function identityBy(methods: BomIdentity['methods']): BomIdentity {
  return { field: 'purl', confidence: 1, methods };
}

/** Where provenance was verified, its statement is about this purl and these bytes. */
function attestationOf({ enrichment }: SbomEntry): BomIdentity['methods'][number] | undefined {
  const build = enrichment.build?.value;
  if (build === undefined) return undefined;
  const value = `built from ${build.repository} at ${build.commit} by ${build.workflow}`;
  return { technique: 'attestation', confidence: 1, value };
}

/** On which lines of the lockfile it stands. Before 1.6 an occurrence has no line of its own. */
function occurrencesOf({ copies }: SbomEntry, spec: CycloneDxVersion): BomEvidence['occurrences'] {
  const places = new Map(copies.map(({ location: { file, line } }) => [`${file}#L${line}`, { location: relativePath(file), line }]));
  return [...places.values()]
    .sort((a, b) => compareText(a.location, b.location) || a.line - b.line)
    .map((place) => (isAtLeast(spec, '1.6') ? place : { location: `${place.location}#L${place.line}` }));
}
