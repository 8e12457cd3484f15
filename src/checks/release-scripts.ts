import type { Release } from '../evidence/packument.ts';
import type { AllowlistEntry } from '../model/policy.ts';

/** A list entry without scripts covers any script; one with scripts covers these exact commands only. */
export function isKnown(scripts: ReadonlyMap<string, string>, entry: AllowlistEntry): boolean {
  return entry.scripts === undefined || [...scripts.values()].every((command) => entry.scripts?.includes(command));
}

/** The scripts that npm would run, the implicit build of a package with a binding.gyp included. */
export function scriptsOf(release: Release): ReadonlyMap<string, string> {
  const scripts = new Map(Object.entries(release.installScripts));
  const isImplicit = release.hasGypfile === true && !scripts.has('install') && !scripts.has('preinstall');
  if (isImplicit) scripts.set('install', 'node-gyp rebuild');
  if (scripts.size === 0 && release.hasInstallScript === true) scripts.set('install', "(not in the registry's metadata)");
  return scripts;
}
