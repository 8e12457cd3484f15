import { canonicalRange, splitIdent } from './yarn-berry-reference.ts';
import type { ManifestResolution } from './yarn-manifest.ts';

/** A `resolutions` entry: the dependency that it replaces, and the package that must ask for it. */
interface BerryResolution extends ManifestResolution {
  readonly range: string | undefined;
  readonly from: { readonly name: string; readonly reference: string | undefined } | undefined;
}

/** Finds the resolution in force for a dependency of the package with this locator. */
export type BerryResolutionFinder = (parent: string, name: string, range: string) => ManifestResolution | undefined;

/** `name`, `name@range`, `parent/name`, `parent@reference/name@range`; either name may have a scope. */
const selector = /^(?:((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?\/)?((?:@[^/@]+\/)?[^/@]+)(?:@(.+))?$/;

/**
 * Reads `resolutions` as yarn 2 and later do: the first one that fits wins, globs are refused.
 * Source: reduceDependency in CorePlugin of @yarnpkg/core; parseResolution of @yarnpkg/parsers.
 */
export function berryResolutions(resolutions: readonly ManifestResolution[]): BerryResolutionFinder {
  const byName = new Map<string, BerryResolution[]>();
  for (const resolution of resolutions) {
    const [, fromName, fromReference, name, range] = selector.exec(resolution.selector) ?? [];
    if (name === undefined || resolution.selector.startsWith('*')) continue;
    const from = fromName === undefined ? undefined : { name: fromName, reference: fromReference && canonicalRange(fromReference) };
    const parsed = { ...resolution, from, range: range && canonicalRange(range) };
    byName.set(name, [...(byName.get(name) ?? []), parsed]);
  }
  return (parent, name, range) => byName.get(name)?.find((resolution) => fits(resolution, parent, range));
}

function fits({ from, range: wanted }: BerryResolution, parent: string, range: string): boolean {
  if (wanted !== undefined && wanted !== canonicalRange(range)) return false;
  if (from === undefined) return true;
  const [name, reference] = splitIdent(parent);
  return from.name === name && (from.reference === undefined || from.reference === canonicalRange(reference));
}
