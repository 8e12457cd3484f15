import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { matchesWorkspaceGlobs } from '../../src/model/workspace-globs.ts';
import type { ProjectFiles } from '../../src/model/project-files.ts';

/** A project of the corpus: its files by their own names, whether they are stored gzipped or not. */
export interface ProjectFolder extends ProjectFiles {
  /** Paths relative to the project, posix separators. */
  readonly paths: readonly string[];
}

/** The corpus writes this where a lockfile named its registry. */
const registryToken = '{{REGISTRY}}';

/** Lists a project's folder; its files are read when they are asked for, with this address in place of their registry's. */
export function openProjectFolder(directory: string, registry = 'https://registry.example'): ProjectFolder {
  const stored = new Map<string, string>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    stored.set(
      full
        .slice(directory.length + 1)
        .replaceAll('\\', '/')
        .replace(/\.gz$/, ''),
      full,
    );
  }
  const paths = [...stored.keys()].sort();
  const folders = paths.filter((path) => path.endsWith('/package.json')).map((path) => path.slice(0, -'/package.json'.length));
  return {
    paths,
    read: (path) => {
      const full = stored.get(path);
      return full === undefined ? undefined : readText(full).replaceAll(registryToken, registry);
    },
    workspaces: (glob) => folders.filter((folder) => matchesWorkspaceGlobs(folder, [glob])),
  };
}

/** Reads a text file, gzipped or not. */
export function readText(path: string): string {
  const bytes = readFileSync(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}
