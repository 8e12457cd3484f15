import { dirname, isAbsolute, relative, sep } from 'node:path';

/** A folder and every folder that it lies in, the nearest first. */
export function foldersAbove(folder: string): readonly string[] {
  const folders = [folder];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) folders.push(dirname(at));
  return folders;
}

/** Whether a path is a folder, or lies in it, by the paths alone: links are not followed. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}
