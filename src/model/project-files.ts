/**
 * The files of one project state: a working tree, a git commit, or a test's own map.
 * Paths are relative to the project root with posix separators. Both methods are total: a path that is absolute,
 * leaves the root, or is not there, is undefined or an empty list.
 */
export interface ProjectFiles {
  /** The text of a file, or undefined where there is none. */
  readonly read: (path: string) => string | undefined;
  /** Folders that hold a `package.json` and match one workspace glob (npm's and yarn's `workspaces`), sorted, `node_modules` excluded. */
  readonly workspaces: (glob: string) => readonly string[];
}

/** No files but the lockfile itself. */
export const noFiles: ProjectFiles = { read: () => undefined, workspaces: () => [] };
