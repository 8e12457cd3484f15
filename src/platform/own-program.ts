import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { GateError } from '../model/gate-error.ts';

/** The file that this process was started with: how another process starts the same lockgate. */
export function ownProgram(): string {
  const file = process.argv[1];
  if (file === undefined) throw new GateError('usage', 'this process does not know by which file it was started');
  return realpathSync(file);
}

/** The single-file build that belongs to this lockgate, with its SHA-256; undefined in a checkout that never made one. */
export function ownBundle(): { readonly bytes: Uint8Array; readonly digest: string } | undefined {
  const program = ownProgram();
  const file = basename(program) === 'lockgate.mjs' ? program : join(dirname(program), '..', 'dist', 'lockgate.mjs');
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  return { bytes, digest: createHash('sha256').update(bytes).digest('hex') };
}
