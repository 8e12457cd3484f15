import type { Inventory } from './inventory.ts';
import type { ProjectFiles } from './project-files.ts';

/** What a lockfile parser gets. */
export interface LockfileInput {
  /** Path of the lockfile relative to the project root, e.g. `package-lock.json` or `packages/a/yarn.lock`. */
  readonly path: string;
  /** Its text; a byte order mark and CRLF may still be there. */
  readonly text: string;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly digest: string;
  /** The manifests beside and below it; paths are relative to the lockfile's own folder. */
  readonly files: ProjectFiles;
}

/** One lockfile format: pure, text in, graph out. Throws `GateError` and nothing else on input it refuses. */
export interface LockfileFormat {
  /** e.g. `npm`, `yarn-classic`, `yarn-berry`, `pnpm`, `bun`. */
  readonly id: string;
  /** File names that it reads, the one that wins first. */
  readonly fileNames: readonly string[];
  /** Whether this format reads this text; decides between formats that share a file name (`yarn.lock`). */
  readonly recognises: (text: string) => boolean;
  readonly read: (input: LockfileInput) => Inventory;
}
