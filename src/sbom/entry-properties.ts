import type { Component } from '../model/component.ts';
import { compareIntegrity } from '../model/integrity.ts';
import type { Inventory } from '../model/inventory.ts';
import type { SbomContents, SbomEntry } from './contents.ts';
import { compareText } from './contents.ts';
import { lockgateProperties as ours, npmProperties as official } from './cyclonedx-terms.ts';
import type { Sourced } from './enrichment.ts';
import { withoutCredentials } from './public-url.ts';

/** A CycloneDX property: name and value, both text. */
export type Property = readonly [name: string, value: string];

/** What a caller knows about an installed copy (the root included) besides the lockfile, e.g. what was decided about it. */
export type Annotate = (copy: Component) => readonly Property[];

/**
 * The properties of one entry, sorted by name and value, without duplicates. Official names where the taxonomy has one.
 * The install path is known for npm's own lockfiles alone, whose bom-refs it is.
 */
export function entryProperties(entry: SbomEntry, lockfileFormat: string, annotate: Annotate = () => []): readonly Property[] {
  const { component, copies, scope } = entry;
  const properties: Property[] = [];
  const flag = (name: string, isSet: boolean): void => void (isSet && properties.push([name, 'true']));
  const isBundled = copies.every((copy) => copy.isBundled === true);
  const isExtraneous = copies.every((copy) => copy.isExtraneous === true);
  const hasInstallScript = copies.some((copy) => copy.hasInstallScript === true);

  // In the order of the names, so that sorting mostly finds nothing to do.
  flag(official.bundled, isBundled);
  for (const [engine, range] of Object.entries(component.engines ?? {})) properties.push([`${official.engine}${engine}`, range]);
  flag(official.development, scope === 'dev');
  flag(official.extraneous, isExtraneous);
  if (lockfileFormat.startsWith('npm-')) {
    // The taxonomy writes the root folder as an empty text.
    for (const { bomRef } of copies) properties.push([official.path, bomRef === '.' ? '' : relativePath(bomRef)]);
  }
  flag(official.isPrivate, component.isPrivate === true);
  for (const gap of entry.gaps) properties.push([ours.incomplete, gap]);
  flag(ours.installScript, hasInstallScript);
  properties.push(...integrityProperties(entry), ...buildProperties(entry), ...learnedProperties(entry));
  if (scope === 'peer') properties.push([ours.scope, scope]);
  for (const copy of copies) properties.push(...copyProperties(copy), ...annotate(copy));
  return sorted(properties);
}

/** The properties of the document: which lockfile it was read from, what overrides were in force, what the hashes are of. */
export function documentProperties(inventory: Inventory, contents: SbomContents, isReproducible: boolean): readonly Property[] {
  const { origin } = inventory;
  const properties: Property[] = [
    [ours.lockfile, origin.path],
    [ours.lockfileFormat, origin.format],
    [ours.lockfileDigest, origin.digest],
    [ours.hashes, 'of the distributed tarball'],
  ];
  for (const [selector, replacement] of inventory.overrides) {
    properties.push([`${ours.override}${selector}`, withoutCredentials(replacement)]);
  }
  for (const doubt of contents.doubts) properties.push([ours.incomplete, doubt]);
  if (isReproducible) properties.push([official.reproducible, 'true']);
  return sorted(properties);
}

function copyProperties(copy: Component): readonly Property[] {
  const properties: Property[] = [];
  const { alias, deprecated, platform, patches, source } = copy;
  if (alias !== undefined) properties.push([ours.alias, alias]);
  if (deprecated !== undefined && deprecated !== '') properties.push([ours.deprecated, deprecated]);
  for (const key of ['os', 'cpu', 'libc'] as const) {
    const values = platform?.[key];
    if (values !== undefined && values.length > 0) properties.push([`${ours.platform}${key}`, values.join(',')]);
  }
  for (const patch of patches ?? []) properties.push([ours.patch, patch.path === undefined ? 'built-in' : relativePath(patch.path)]);
  if (source.type !== 'registry') properties.push([ours.source, source.type]);
  if (source.type === 'file' || source.type === 'workspace') properties.push([ours.sourcePath, relativePath(source.path)]);
  if (source.type === 'git' && source.commit !== undefined) properties.push([ours.commit, source.commit]);
  for (const [name, value] of Object.entries(copy.properties ?? {})) {
    properties.push([name.startsWith('cdx:npm:package:') ? name : `${ours.manager}${name}`, withoutCredentials(value)]);
  }
  return properties;
}

/** A tarball without any digest is unpinned content, and one that the registry contradicts is worse: the document says so. */
function integrityProperties({ component, copies, enrichment, integrity }: SbomEntry): readonly Property[] {
  const learned = enrichment.integrity?.value;
  if (integrity !== undefined) {
    const isContradicted = learned !== undefined && compareIntegrity(integrity.value, learned) === 'different';
    return isContradicted ? [[ours.integrity, 'contradicted by the registry']] : [];
  }
  const hasOwnTarball = component.source.type === 'registry' || component.source.type === 'tarball';
  return hasOwnTarball && copies.some((copy) => copy.isBundled !== true) ? [[ours.integrity, 'missing']] : [];
}

function buildProperties({ enrichment }: SbomEntry): readonly Property[] {
  if (enrichment.build === undefined) return [];
  const { signedAt, log, logIndex, ...identity } = enrichment.build.value;
  const facts = { ...identity, signedAt: new Date(signedAt).toISOString(), log: `${log} ${logIndex}` };
  return Object.entries(facts).map(([fact, value]) => [`${ours.build}${fact}`, withoutCredentials(value)]);
}

function learnedProperties({ enrichment, integrity, licence, tarball }: SbomEntry): readonly Property[] {
  const properties: Property[] = [];
  const add = (field: string, sourced: Sourced<unknown> | undefined): void =>
    void (sourced !== undefined && sourced.from !== 'lockfile' && properties.push([`${ours.learnedFrom}${field}`, sourced.from]));
  add('integrity', integrity);
  add('licence', licence);
  add('tarball', tarball);
  for (const [field, sourced] of Object.entries(enrichment)) if (!['integrity', 'licence', 'tarball'].includes(field)) add(field, sourced);
  return properties;
}

/** A path of this machine is never published: of an absolute one only the last segment is. */
export function relativePath(path: string): string {
  const isAbsolute = path.startsWith('/') || path.startsWith('~') || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');
  return isAbsolute ? (path.split(/[\\/]/).at(-1) ?? '') : path;
}

function sorted(properties: readonly Property[]): readonly Property[] {
  const isSorted = properties.every((property, index) => index === 0 || compareProperties(properties[index - 1] ?? property, property) < 0);
  if (isSorted) return properties;
  const inOrder = properties.toSorted(compareProperties);
  return inOrder.filter((property, index) => index === 0 || compareProperties(inOrder[index - 1] ?? property, property) !== 0);
}

function compareProperties(a: Property, b: Property): number {
  return compareText(a[0], b[0]) || compareText(a[1], b[1]);
}
