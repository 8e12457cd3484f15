import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A name that imitates another. */
export interface Imitation {
  readonly name: string;
  readonly target: string;
  readonly class: string;
  readonly campaign: string;
  /** Downloads a month of the target; undefined where it is not listed. */
  readonly targetDownloads: number | undefined;
}

/** A name that must not be blocked. */
export interface Honest {
  readonly name: string;
  readonly set: string;
}

export interface Cases {
  readonly imitations: readonly Imitation[];
  readonly honest: readonly Honest[];
}

/** Reads the labelled names of a corpus folder. */
export function readCases(folder: string): Cases {
  const imitations = rowsOf(join(folder, 'malicious.tsv')).map((row) => ({
    name: row('name'),
    target: row('target'),
    class: row('class'),
    campaign: row('campaign') === '' ? `(${row('name')})` : row('campaign'),
    targetDownloads: row('target_downloads') === '' ? undefined : Number(row('target_downloads')),
  }));
  return { imitations, honest: rowsOf(join(folder, 'benign.tsv')).map((row) => ({ name: row('name'), set: row('set') })) };
}

function rowsOf(path: string): readonly ((column: string) => string)[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = head.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return (column) => cells[columns.indexOf(column)] ?? '';
  });
}
