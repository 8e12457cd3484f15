import type { Component as InstalledCopy } from '../model/component.ts';
import type { InventoryOrigin } from '../model/inventory.ts';
import type { SbomEntry } from './contents.ts';
import { compareText } from './contents.ts';
import type { BomEvidence, BomIdentity, BomPedigree } from './cyclonedx-shape.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import { isAtLeast } from './cyclonedx-terms.ts';
import { relativePath } from './entry-properties.ts';

/** Why the purl of an entry is the right one, and where it was found. 1.5 knows a single identity, later versions a list. */
export function evidenceOf(entry: SbomEntry, { path }: InventoryOrigin, spec: CycloneDxVersion): BomEvidence {
  const identity = identityOf(entry, path);
  return { identity: isAtLeast(spec, '1.6') ? [identity] : identity, occurrences: occurrencesOf(entry, spec) };
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

/** The lockfile names the purl, and where provenance was verified, its statement is about this purl and these bytes. */
function identityOf({ enrichment }: SbomEntry, lockfile: string): BomIdentity {
  const locked = { technique: 'manifest-analysis', confidence: 1, value: lockfile } as const;
  const build = enrichment.build?.value;
  if (build === undefined) return { field: 'purl', confidence: 1, methods: [locked] };
  const value = `built from ${build.repository} at ${build.commit} by ${build.workflow}`;
  return { field: 'purl', confidence: 1, methods: [locked, { technique: 'attestation', confidence: 1, value }] };
}

/** On which lines of the lockfile it stands. Before 1.6 an occurrence has no line of its own. */
function occurrencesOf({ copies }: SbomEntry, spec: CycloneDxVersion): BomEvidence['occurrences'] {
  const places = new Map(copies.map(({ location: { file, line } }) => [`${file}#L${line}`, { location: relativePath(file), line }]));
  return [...places.values()]
    .sort((a, b) => compareText(a.location, b.location) || a.line - b.line)
    .map((place) => (isAtLeast(spec, '1.6') ? place : { location: `${place.location}#L${place.line}` }));
}
