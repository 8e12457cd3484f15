import { join } from 'node:path';
import { matchesWorkspaceGlobs } from '../model/workspace-globs.ts';
import { entriesSeenIn } from './looks.ts';

const mostFolders = 100_000;
const deepestFolder = 32;

/**
 * Folders with a `package.json` that one workspace glob names, sorted, relative to the root with posix separators. Looks only as
 * deep as the glob reaches; links are not followed; `node_modules` and `.git` are not entered.
 */
export function foldersMatching(root: string, glob: string): readonly string[] {
  const depth = reachOf(glob);
  const found: string[] = [];
  const open = [''];
  for (let visited = 0; visited < mostFolders; visited++) {
    const folder = open.pop();
    if (folder === undefined) break;
    const entries = entriesSeenIn(join(root, folder));
    if (folder !== '' && matchesWorkspaceGlobs(folder, [glob]) && entries.some(({ name, isFile }) => isFile && name === 'package.json')) {
      found.push(folder);
    }
    const level = folder === '' ? 0 : folder.split('/').length;
    if (level >= depth) continue;
    for (const { name, isFolder } of entries) {
      if (isFolder && name !== 'node_modules' && name !== '.git') open.push(folder === '' ? name : `${folder}/${name}`);
    }
  }
  return found.sort();
}

function reachOf(glob: string): number {
  return glob.includes('**') ? deepestFolder : Math.min(glob.split(/[/\\]/).length, deepestFolder);
}
