import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Has the files of a folder open some of their neighbours when something in these is first used, and not before: what is loaded and
 * not needed would be a third of what a run loads in which everything is remembered.
 * @param names of the files to be opened late, without their ending
 */
export async function deferFiles(folder: string, names: readonly string[]): Promise<void> {
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.cjs')) continue;
    const path = join(folder, file);
    const code = await readFile(path, 'utf8');
    const deferred = names.reduce(withDeferred, code);
    if (deferred !== code) await writeFile(path, deferred);
  }
}

/** All that the bundler takes from another file, it takes from one object: that object opens the file. */
function withDeferred(code: string, name: string): string {
  const imported = `require_${name}`;
  const [before, after, ...more] = code.split(`const ${imported} = require("./${name}.cjs");`);
  if (before === undefined || after === undefined) return code;
  if (more.length > 0 || new RegExp(`\\b${imported}\\b(?!\\.)`).test(after))
    throw new Error(`${name}.cjs is used otherwise than by its members`);
  const opening = `const ${imported} = { get file() { return (this.opened ??= require("./${name}.cjs")); } };`;
  return `${before}${opening}${after.replaceAll(new RegExp(`\\b${imported}\\.`, 'g'), `${imported}.file.`)}`;
}
