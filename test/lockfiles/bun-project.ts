import { openProjectFolder } from '../../scripts/corpus/project-folder.ts';
import { bun } from '../../src/lockfiles/bun.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { noFiles, type ProjectFiles } from '../../src/model/project-files.ts';

/** Reads the bun lockfile of a folder below `fixtures/`; `edit` changes its text first. */
export function readBunFixture(folder: string, edit: (text: string) => string = (text) => text): Inventory {
  const files = openProjectFolder(`fixtures/${folder}`);
  return bun.read({ path: 'bun.lock', text: edit(files.read('bun.lock') ?? ''), digest: 'none', files });
}

/** Reads a lockfile given as text, beside files given by path. */
export function readBunText(text: string, texts: Readonly<Record<string, string>> = {}): Inventory {
  const files: ProjectFiles = { ...noFiles, read: (path) => (Object.hasOwn(texts, path) ? texts[path] : undefined) };
  return bun.read({ path: 'bun.lock', text, digest: 'none', files });
}

/** Reads a version 1 lockfile of one project with these dependencies and entries. */
export function readBunPackages(dependencies: Readonly<Record<string, string>>, packages: Readonly<Record<string, unknown>>): Inventory {
  return readBunText(JSON.stringify({ lockfileVersion: 1, workspaces: { '': { name: 'kiln', dependencies } }, packages }, null, 2));
}
