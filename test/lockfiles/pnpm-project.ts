import { openProjectFolder } from '../../scripts/corpus/project-folder.ts';
import { pnpm } from '../../src/lockfiles/pnpm.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { noFiles, type ProjectFiles } from '../../src/model/project-files.ts';

/** Reads the pnpm lockfile of a folder below `fixtures/`; `edit` changes its text first. */
export function readPnpmFixture(folder: string, edit: (text: string) => string = (text) => text): Inventory {
  const files = openProjectFolder(`fixtures/${folder}`);
  return pnpm.read({ path: 'pnpm-lock.yaml', text: edit(files.read('pnpm-lock.yaml') ?? ''), digest: 'none', files });
}

/** Reads a lockfile given as text, beside files given by path. */
export function readPnpmText(text: string, texts: Readonly<Record<string, string>> = {}): Inventory {
  const files: ProjectFiles = { ...noFiles, read: (path) => (Object.hasOwn(texts, path) ? texts[path] : undefined) };
  return pnpm.read({ path: 'pnpm-lock.yaml', text, digest: 'none', files });
}
