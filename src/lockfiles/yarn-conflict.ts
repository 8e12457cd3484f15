import { GateError } from '../model/gate-error.ts';
import { invalidLockfile, type YarnNode } from './yarn-document.ts';

/** A lockfile's tree, and the line of its first conflict marker if git left any in it. */
export interface MergedDocument {
  readonly entries: ReadonlyMap<string, YarnNode>;
  readonly conflictLine?: number;
}

/**
 * Reads a lockfile that may hold git's conflict markers as yarn does: both sides are read whole, and where both hold
 * a key the second one (theirs) wins. Sources: parseWithConflict of yarn 1.22, autofixMergeConflicts of yarn 4.
 * @throws GateError when a side cannot be read
 */
export function readBothSides(text: string, file: string, read: (text: string) => YarnNode): MergedDocument {
  const start = /^<{7}/m.exec(text);
  const isConflict = start !== null && /^={7}\r?$/m.test(text) && /^>{7}/m.test(text);
  if (!isConflict) return { entries: read(text).children ?? new Map() };
  const conflictLine = text.slice(0, start.index).split('\n').length;
  try {
    const [ours, theirs] = sidesOf(text).map(read);
    return { entries: new Map([...(ours?.children ?? []), ...(theirs?.children ?? [])]), conflictLine };
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    const hint = 'resolve the conflict with `yarn install` before you check it';
    throw invalidLockfile(file, error.location?.line ?? conflictLine, 'belongs to a conflict whose sides are no lockfiles', hint);
  }
}

/** The text before and after, of one side each. What belongs to the other side is blank, so that lines keep their numbers. */
function sidesOf(text: string): readonly [string, string] {
  const ours: string[] = [];
  const theirs: string[] = [];
  let side: 'both' | 'ours' | 'ancestor' | 'theirs' = 'both';
  for (const line of text.split('\n')) {
    const next = sideAfter(line, side);
    const isMarker = next !== side;
    side = next;
    ours.push(!isMarker && (side === 'both' || side === 'ours') ? line : '');
    theirs.push(!isMarker && (side === 'both' || side === 'theirs') ? line : '');
  }
  return [ours.join('\n'), theirs.join('\n')];
}

function sideAfter(line: string, side: 'both' | 'ours' | 'ancestor' | 'theirs'): 'both' | 'ours' | 'ancestor' | 'theirs' {
  if (side === 'both') return line.startsWith('<<<<<<<') ? 'ours' : 'both';
  if (side === 'theirs') return line.startsWith('>>>>>>>') ? 'both' : 'theirs';
  if (line.trimEnd() === '=======') return 'theirs';
  return line.startsWith('|||||||') ? 'ancestor' : side;
}
