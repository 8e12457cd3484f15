import { readPackedManifest } from './packed-manifest.ts';
import type { ReadPackage } from './read-package.ts';
import { installEvents } from './script-targets.ts';

/** A package below `node_modules` of a tarball, and what it runs when it is installed. */
export interface BundledPackage {
  /** `node_modules/inner` */
  readonly path: string;
  /** Install event to command. */
  readonly scripts: Readonly<Record<string, string>>;
}

/** Whether a path is the manifest of a package that travels inside the tarball, at any depth. */
export function isBundledManifest(path: string): boolean {
  return /^(?:node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/)+package\.json$/i.test(path);
}

/**
 * The packages inside a tarball that run code during the install. npm runs their scripts like those of any package, whether or not
 * the manifest above declares them under `bundleDependencies`: that is not left to the publisher's word.
 * A manifest that cannot be read, or is longer than what is kept, says nothing here; npm cannot read the former either.
 */
export function bundledScripts({ kept, files }: ReadPackage): readonly BundledPackage[] {
  const paths = new Set(files.map(({ path }) => path));
  return kept.flatMap((file) => {
    if (!isBundledManifest(file.path)) return [];
    const path = file.path.slice(0, -'/package.json'.length);
    if (file.isCut === true) return [{ path, scripts: { install: 'a package.json too long to be read' } }];
    const { scripts = {}, gypfile } = readPackedManifest(file.text) ?? {};
    const own: [string, string][] = installEvents.flatMap((event) => (scripts[event] === undefined ? [] : [[event, scripts[event]]]));
    const isBuilt =
      gypfile !== false && scripts['preinstall'] === undefined && scripts['install'] === undefined && paths.has(`${path}/binding.gyp`);
    if (isBuilt) own.push(['install', 'node-gyp rebuild']);
    return own.length === 0 ? [] : [{ path, scripts: Object.fromEntries(own) }];
  });
}
