import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { GateError } from '../model/gate-error.ts';
import { createIndexBuilder } from './advisory-index.ts';
import { type AdvisoryFolders, type ImportSummary, partsOf, prepareFolder, publish } from './advisory-store.ts';
import { codeOf } from './folder.ts';

/** Writes a new database beside the one in use; only `commit` replaces it. */
export interface AdvisoryWriter {
  readonly add: (name: string, text: string) => void;
  readonly commit: (summary: Omit<ImportSummary, 'names'>) => ImportSummary;
  /** Removes what was written. */
  readonly abandon: () => void;
}

const bufferBytes = 1024 * 1024;

/** Memory does not grow with the texts, only by 42 bytes for each. Throws `GateError` `output-failed`. */
export function createAdvisoryWriter(folders: AdvisoryFolders): AdvisoryWriter {
  const generation = randomBytes(8).toString('hex');
  const parts = partsOf(folders.data, generation);
  const descriptor = reported(() => {
    prepareFolder(folders);
    return openSync(parts.records, 'wx', 0o600);
  });
  const index = createIndexBuilder();
  let pending: Buffer[] = [];
  let [pendingBytes, offset, isOpen] = [0, 0, true];

  const flush = (): void => {
    const bytes = Buffer.concat(pending);
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
    pending = [];
    pendingBytes = 0;
  };
  const close = (): void => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };

  return {
    add: (name, text) => {
      const bytes = Buffer.from(text);
      index.add(name, offset, bytes);
      pending.push(bytes);
      pendingBytes += bytes.length;
      offset += bytes.length;
      if (pendingBytes >= bufferBytes) reported(flush);
    },
    commit: (counted) =>
      reported(() => {
        flush();
        close();
        const { index: sorted, names } = index.build();
        writeFileSync(parts.index, sorted, { flag: 'wx', mode: 0o600 });
        const summary = { ...counted, names };
        publish(folders, { format: 1, generation, index: createHash('sha256').update(sorted).digest('hex'), ...summary });
        return summary;
      }),
    abandon: () => {
      close();
      rmSync(parts.records, { force: true });
      rmSync(parts.index, { force: true });
    },
  };
}

/** A full disk or a folder that may not be written is the user's to put right. */
function reported<T>(write: () => T): T {
  try {
    return write();
  } catch (cause) {
    throw new GateError('output-failed', `the advisories cannot be written: ${codeOf(cause)}`, { cause });
  }
}
