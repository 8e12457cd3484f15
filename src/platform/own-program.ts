import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The file that this process was started with: how another process starts the same lockgate. */
export function ownProgram(): string {
  return realpathSync(process.argv[1] ?? fileURLToPath(import.meta.url));
}

/** The single-file build that belongs to this lockgate, with its SHA-256; undefined in a checkout that never made one. */
export function ownBundle(): { readonly bytes: Uint8Array; readonly digest: string } | undefined {
  const here = fileURLToPath(import.meta.url);
  const file = here.endsWith('lockgate.mjs') ? here : join(dirname(here), '..', 'lockgate.mjs');
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  return { bytes, digest: createHash('sha256').update(bytes).digest('hex') };
}
