/**
 * Whether a folder belongs to the project's workspaces by npm's and yarn's patterns alone, without looking at a disk:
 * `*`, `?`, `**` and `{a,b}`; a leading `./` or `/` is dropped; a `!pattern` takes out what an earlier one took in.
 * Folders outside the project and below `node_modules` never match.
 */
export function matchesWorkspaceGlobs(folder: string, globs: readonly string[]): boolean {
  const segments = folder.split('/');
  if (segments.includes('node_modules') || segments.includes('..')) return false;
  let isMember = false;
  for (const glob of globs) {
    const bangs = countLeading(glob, '!');
    const isExclusion = bangs % 2 === 1;
    if (isMember !== isExclusion) continue;
    const pattern = glob.slice(bangs);
    if (expandBraces(pattern).some((plain) => matchesSegments(segments, segmentsOf(plain)))) isMember = !isExclusion;
  }
  return isMember;
}

/** More alternatives than anybody writes; the rest of a hostile pattern is ignored. */
const maxAlternatives = 256;

function expandBraces(pattern: string): readonly string[] {
  const done: string[] = [];
  const open = [pattern];
  for (let next = open.pop(); next !== undefined && done.length + open.length < maxAlternatives; next = open.pop()) {
    const close = next.indexOf('}');
    const start = next.lastIndexOf('{', close);
    if (close === -1 || start === -1) {
      done.push(next);
      continue;
    }
    const [before, after] = [next.slice(0, start), next.slice(close + 1)];
    for (const choice of next.slice(start + 1, close).split(',')) open.push(before + choice + after);
  }
  return done;
}

function segmentsOf(pattern: string): readonly string[] {
  return pattern
    .replaceAll('\\', '/')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
}

/** `**` stands for any number of segments. Linear in folder x pattern: one row of reachable positions at a time. */
function matchesSegments(folder: readonly string[], pattern: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const [index, glob] of pattern.entries()) {
    const next = new Set<number>();
    if (glob === '**') for (let to = Math.min(...reached); to <= folder.length; to += 1) next.add(to);
    for (const position of reached) {
      if (matchesSegment(folder[position], glob)) next.add(position + 1);
    }
    reached = next;
    if (reached.size === 0) return false;
    // The project itself is no member of its own workspaces: a lone `**` matches everything below it.
    if (index === pattern.length - 1) return reached.has(folder.length);
  }
  return false;
}

/** `*` and `?` within one segment, with one step back only: linear in the product of both lengths. */
function matchesSegment(text: string | undefined, glob: string): boolean {
  if (text === undefined) return false;
  if (text.startsWith('.') && !glob.startsWith('.')) return false;
  let [at, inGlob, star, resume] = [0, 0, -1, 0];
  while (at < text.length) {
    if (glob[inGlob] === '*') {
      [star, resume] = [inGlob, at];
      inGlob += 1;
    } else if (inGlob < glob.length && (glob[inGlob] === '?' || glob[inGlob] === text[at])) {
      inGlob += 1;
      at += 1;
    } else if (star !== -1) {
      resume += 1;
      [inGlob, at] = [star + 1, resume];
    } else {
      return false;
    }
  }
  return countLeading(glob.slice(inGlob), '*') === glob.length - inGlob;
}

function countLeading(text: string, char: string): number {
  let count = 0;
  while (text[count] === char) count += 1;
  return count;
}
