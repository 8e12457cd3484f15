import type { Patch } from '../model/component.ts';
import { entriesOf, textField, type YamlMap } from './pnpm-document.ts';
import type { PnpmPackage } from './pnpm-package.ts';

/** The patch that the project applies to an installed copy, if it does. */
export type PatchFinder = (one: PnpmPackage, name: string, version: string) => Patch | undefined;

/**
 * Finds patches by what a copy states: `(patch_hash=...)` since 6.0, `patched: true` in 5.4. `paths` are the
 * configuration's patch files by selector: since pnpm 11 the lockfile keeps only the hash of each.
 */
export function patchFinder(lockfile: YamlMap, paths: ReadonlyMap<string, string>): PatchFinder {
  const bySelector = new Map<string, Patch>();
  const byHash = new Map<string, Patch>();
  for (const [selector, value] of entriesOf(lockfile, 'patchedDependencies')) {
    const hash = typeof value === 'string' ? value : textField(value, 'hash');
    const path = textField(value, 'path') ?? paths.get(selector);
    const patch: Patch = { ...(path !== undefined && { path }), ...(hash !== undefined && { hash }) };
    bySelector.set(selector, patch);
    if (hash !== undefined && !byHash.has(hash)) byHash.set(hash, patch);
  }
  return ({ key, entry }, name, version) => {
    const hash = key.patchHash;
    if (hash === undefined && textField(entry, 'patched') !== 'true') return undefined;
    const selected = bySelector.get(`${name}@${version}`) ?? bySelector.get(name);
    if (hash === undefined) return selected ?? {};
    return selected?.hash === hash ? selected : (byHash.get(hash) ?? { hash });
  };
}
