import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { codeOf } from './folder.ts';

/** A file that is written piece by piece and appears whole, or not at all. */
export interface OutputFile {
  readonly write: (text: string) => void;
  /** Puts it in its place. */
  readonly commit: () => void;
  readonly discard: () => void;
}

/** Begins a file that may be larger than memory. Throws `GateError` `output-failed`, as its methods do. */
export function createOutputFile(file: string): OutputFile {
  const fresh = join(dirname(file), `.${randomBytes(6).toString('hex')}.new`);
  const descriptor = told(() => openSync(fresh, 'wx'));
  return {
    write: (text) => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += told(() => writeSync(descriptor, bytes, at));
    },
    commit: () =>
      told(() => {
        closeSync(descriptor);
        renameSync(fresh, file);
      }),
    discard: () => {
      closeSync(descriptor);
      rmSync(fresh, { force: true });
    },
  };
}

function told<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new GateError('output-failed', `the output cannot be written: ${codeOf(error)}`, { cause: error });
  }
}
