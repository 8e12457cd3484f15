export type EditKind = 'swap' | 'omit' | 'repeat' | 'insert' | 'substitute' | 'keyboard' | 'homoglyph' | 'bit-flip' | 'plural';

const keyboardRows = ['1234567890-', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
/** How far each row stands to the right of the one above it, in keys. */
const rowShift = [0, 0.5, 0.75, 1.25];
const keys = new Map(
  keyboardRows.flatMap((row, line) => row.split('').map((key, column) => [key, { line, column: column + (rowShift[line] ?? 0) }] as const)),
);

/** Single characters that look alike in common fonts. */
const lookAlike = new Set([
  '0o',
  '1l',
  '1i',
  'il',
  'jl',
  'ij',
  '5s',
  '8b',
  '2z',
  '9g',
  '6b',
  'mn',
  'uv',
  'vw',
  'gq',
  'pq',
  'bd',
  'ce',
  'ao',
  '3e',
  '4a',
  '7t',
]);

/** Names the one edit that makes `imitation` of `original`; both squashed and one edit apart. */
export function editKind(imitation: string, original: string): EditKind {
  const at = firstDifference(imitation, original);
  if (imitation.length > original.length) {
    const extra = imitation[at];
    if (extra === 's' && at === imitation.length - 1) return extra === original.at(-1) ? 'repeat' : 'plural';
    return extra === imitation[at - 1] || extra === imitation[at + 1] ? 'repeat' : 'insert';
  }
  if (imitation.length < original.length) return original[at] === 's' && at === original.length - 1 ? 'plural' : 'omit';
  const [written = '', meant = ''] = [imitation[at], original[at]];
  if (imitation[at + 1] === meant && original[at + 1] === written && imitation.slice(at + 2) === original.slice(at + 2)) return 'swap';
  return substitution(written, meant);
}

function substitution(written: string, meant: string): EditKind {
  if (lookAlike.has([written, meant].sort().join(''))) return 'homoglyph';
  if (areNeighbours(written, meant)) return 'keyboard';
  const flipped = written.charCodeAt(0) ^ meant.charCodeAt(0);
  return (flipped & (flipped - 1)) === 0 ? 'bit-flip' : 'substitute';
}

function areNeighbours(a: string, b: string): boolean {
  const [first, second] = [keys.get(a), keys.get(b)];
  if (first === undefined || second === undefined) return false;
  return Math.abs(first.line - second.line) <= 1 && Math.abs(first.column - second.column) <= 1;
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}
