import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';

/** As many packages as are read on a second thread as well. */
export const many: readonly BuiltRelease[] = Array.from({ length: 260 }, (_, at) =>
  release({ name: `@acme/part-${at}`, version: '1.0.0' }),
);

/** Watches the threads of a run that is given this environment. */
export function watchThreads(fault?: 'start' | 'die' | 'deaf'): {
  readonly env: Readonly<Record<string, string>>;
  readonly seen: () => { readonly started: number; readonly answered: number; readonly scripts: readonly string[] };
} {
  const file = join(mkdtempSync(join(tmpdir(), 'lockgate-threads-')), 'threads');
  writeFileSync(file, '');
  return {
    env: {
      NODE_OPTIONS: `--require=${resolve('test/e2e/preload/threads.cjs')}`,
      THREADS: file,
      ...(fault === undefined ? {} : { THREADS_FAULT: fault }),
    },
    seen: () => {
      const words = readFileSync(file, 'utf8').split('\n');
      const count = (word: string): number => words.filter((one) => one === word).length;
      const scripts = words.flatMap((word) => (word.startsWith('file:') ? [word] : []));
      return { started: count('started'), answered: count('answered'), scripts };
    },
  };
}
