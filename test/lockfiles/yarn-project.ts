import { openProjectFolder } from '../../scripts/corpus/project-folder.ts';
import { yarnBerry } from '../../src/lockfiles/yarn-berry.ts';
import { yarnClassic } from '../../src/lockfiles/yarn-classic.ts';
import type { Component } from '../../src/model/component.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { LockfileInput } from '../../src/model/lockfile-format.ts';
import type { ProjectFiles } from '../../src/model/project-files.ts';
import { matchesWorkspaceGlobs } from '../../src/model/workspace-globs.ts';

/** What a yarn reader gets of a folder below `fixtures/`. */
export function inputOf(folder: string): LockfileInput {
  const files = openProjectFolder(`fixtures/${folder}`);
  return { path: 'yarn.lock', text: files.read('yarn.lock') ?? '', digest: 'none', files };
}

/** Reads the yarn lockfile of a folder below `fixtures/` with the format that recognises it. */
export function readFixture(folder: string): Inventory {
  return readInput(inputOf(folder));
}

/** Reads a lockfile given as text, beside manifests (and other files) given by path. */
export function readYarnLock(text: string, files: Readonly<Record<string, unknown>> = {}): Inventory {
  return readInput({ path: 'yarn.lock', text, digest: 'none', files: filesOf(files) });
}

/** Reads with whichever of the two formats recognises the text. */
export function readInput(input: LockfileInput): Inventory {
  const [format, ...others] = [yarnClassic, yarnBerry].filter(({ recognises }) => recognises(input.text));
  if (format === undefined || others.length > 0) throw new Error('exactly one format must recognise a yarn.lock');
  return format.read(input);
}

/** The one component with this bom-ref. */
export function componentOf(inventory: Inventory, ref: string): Component {
  const found = [inventory.root, ...inventory.components.values()].find(({ bomRef }) => bomRef === ref);
  if (found === undefined) throw new Error(`no component ${ref}: ${[...inventory.components.keys()].join(', ')}`);
  return found;
}

/** The edges of one component as `kind name -> to`, in their order. */
export function edgesOf(inventory: Inventory, ref: string): readonly string[] {
  const { bomRef } = componentOf(inventory, ref);
  return (inventory.edges.get(bomRef) ?? []).map(({ kind, name, to }) => `${kind} ${name} -> ${to}`);
}

/** A lockfile of metadata version 8 with these entries: key, resolution and further lines. */
export function berryLockOf(...entries: readonly (readonly [key: string, resolution: string, ...lines: string[]])[]): string {
  const texts = entries.map(([key, resolution, ...lines]) => {
    const version = lines.some((line) => line.startsWith('version')) ? [] : ['version: 1.0.0'];
    return [`"${key}":`, ...[...version, `resolution: "${resolution}"`, ...lines].map((line) => `  ${line}`)].join('\n');
  });
  return `__metadata:\n  version: 8\n  cacheKey: 10c0\n\n${texts.join('\n\n')}\n`;
}

function filesOf(contents: Readonly<Record<string, unknown>>): ProjectFiles {
  const texts = new Map(
    Object.entries(contents).map(([path, value]) => [path, typeof value === 'string' ? value : JSON.stringify(value, null, 2)]),
  );
  const folders = [...texts.keys()].filter((path) => path.endsWith('/package.json')).map((path) => path.slice(0, -'/package.json'.length));
  return { read: (path) => texts.get(path), workspaces: (glob) => folders.filter((folder) => matchesWorkspaceGlobs(folder, [glob])) };
}
