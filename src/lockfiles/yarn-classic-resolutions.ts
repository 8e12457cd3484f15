import type { ManifestResolution } from './yarn-manifest.ts';
import { matchesWorkspaceGlobs } from '../model/workspace-globs.ts';

/** A selective resolution of yarn 1: the package it is about, and the glob over the names that lead to it. */
interface ClassicResolution extends ManifestResolution {
  readonly glob: string;
}

/** Finds the resolution that is in force for a package, given the names from the root down to it (itself last). */
export type ResolutionFinder = (name: string, path: () => readonly string[]) => ManifestResolution | undefined;

/**
 * Reads `resolutions` as yarn 1 does: `a` means `**` + `/a`, any other selector is a glob over the path of names, and
 * the first match wins. Selectors that yarn refuses with a warning are left out. Source: yarn 1.22, resolution-map.js.
 */
export function classicResolutions(resolutions: readonly ManifestResolution[]): ResolutionFinder {
  const byName = new Map<string, ClassicResolution[]>();
  for (const resolution of resolutions) {
    const { selector } = resolution;
    if (/\/$|\/\/|\*$/.test(selector)) continue;
    const name = /(?:^|\/)((?:@[^/]+\/)?[^/]+)$/.exec(selector)?.[1] ?? selector;
    const glob = name === selector ? `**/${name}` : selector;
    byName.set(name, [...(byName.get(name) ?? []), { ...resolution, glob }]);
  }
  return (name, path) => {
    const candidates = byName.get(name);
    if (candidates === undefined) return undefined;
    const names = path().join('/');
    return candidates.find(({ glob }) => glob === `**/${name}` || matchesWorkspaceGlobs(names, [glob]));
  };
}
