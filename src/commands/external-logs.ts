import { resolve } from 'node:path';
import type { DocumentSubject } from '../model/check.ts';
import { readFileBytes } from '../platform/files.ts';
import type { Invocation, OptionSpec } from './command.ts';

export const externalLogOptions: Readonly<Record<string, OptionSpec>> = {
  'sarif-in': {
    type: 'string',
    value: 'FILE',
    isRepeatable: true,
    description: "Merge another tool's SARIF log into the verdict; with --base, its results on changed lines",
  },
};

const largestLog = 64 * 1024 * 1024;

/** Reads a file of one state of the project; undefined where there is none. */
type ReadText = (path: string) => string | undefined;

/** The logs that the command line names, as documents to be judged. Throws `GateError` for one that is not there. */
export function externalLogs(
  { texts, environment }: Invocation,
  change?: { readonly before: ReadText; readonly after: ReadText },
): readonly DocumentSubject[] {
  return texts('sarif-in').map((path) => ({
    kind: 'document',
    path,
    after: Buffer.from(readFileBytes(resolve(environment.cwd, path), largestLog, path)).toString('utf8'),
    isCompared: false,
    sarif: change === undefined ? {} : { isInChange: changedLines(change.before, change.after) },
  }));
}

/**
 * Whether lines belong to a change: those of a new file, and those whose text the file holds more often than before. A line that
 * only moved does not; all copies of one that was added again do.
 */
function changedLines(before: ReadText, after: ReadText): (file: string, from: number, to: number) => boolean {
  const known = new Map<string, ReadonlySet<number> | 'all'>();
  const linesOf = (file: string): ReadonlySet<number> | 'all' => {
    const lines = known.get(file) ?? compare(before(file), after(file));
    known.set(file, lines);
    return lines;
  };
  return (file, from, to) => {
    const lines = linesOf(file);
    return lines === 'all' || [...lines].some((line) => line >= from && line <= to);
  };
}

function compare(before: string | undefined, after: string | undefined): ReadonlySet<number> | 'all' {
  // What cannot be found in the project may be anywhere in it.
  if (before === undefined || after === undefined) return 'all';
  const old = countLines(before);
  const fresh = countLines(after);
  const lines = after.split(/\r?\n/);
  return new Set(lines.flatMap((line, index) => ((fresh.get(line) ?? 0) > (old.get(line) ?? 0) ? [index + 1] : [])));
}

function countLines(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split(/\r?\n/)) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
