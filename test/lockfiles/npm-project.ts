import { openProjectFolder } from '../../scripts/corpus/project-folder.ts';
import { npm } from '../../src/lockfiles/npm.ts';
import { matchesWorkspaceGlobs } from '../../src/model/workspace-globs.ts';
import type { Component } from '../../src/model/component.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { ProjectFiles } from '../../src/model/project-files.ts';

/** Reads the npm lockfile of a folder below `fixtures/`. */
export function readFixture(folder: string, path = 'package-lock.json'): Inventory {
  const files = openProjectFolder(`fixtures/${folder}`);
  return npm.read({ path, text: files.read(path) ?? '', digest: 'none', files });
}

/** Reads a lockfile given as a value or as text, beside manifests given by path. */
export function readLock(lock: unknown, manifests: Readonly<Record<string, unknown>> = {}): Inventory {
  const text = typeof lock === 'string' ? lock : JSON.stringify(lock, null, 2);
  return npm.read({ path: 'package-lock.json', text, digest: 'none', files: filesOf(manifests) });
}

/** A version 3 lockfile with these entries. */
export function lockOf(packages: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { name: 'harbour', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
}

/** The one component at an install path. */
export function componentAt(inventory: Inventory, path: string): Component {
  const found = [...inventory.components.values()].find(({ bomRef }) => bomRef === path);
  if (found === undefined) throw new Error(`no component at ${path}: ${[...inventory.components.keys()].join(', ')}`);
  return found;
}

/** All edges as `from -kind-> to`, sorted. */
export function edgesOf(inventory: Inventory): readonly string[] {
  return [...inventory.edges].flatMap(([from, list]) => list.map(({ to, kind }) => `${from} -${kind}-> ${to}`)).sort();
}

function filesOf(manifests: Readonly<Record<string, unknown>>): ProjectFiles {
  const texts = new Map(
    Object.entries(manifests).map(([path, value]) => [path, typeof value === 'string' ? value : JSON.stringify(value, null, 2)]),
  );
  const folders = [...texts.keys()].filter((path) => path.endsWith('/package.json')).map((path) => path.slice(0, -'/package.json'.length));
  return { read: (path) => texts.get(path), workspaces: (glob) => folders.filter((folder) => matchesWorkspaceGlobs(folder, [glob])) };
}
