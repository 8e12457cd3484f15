import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { type Variables, findClient } from './client-process.ts';

/** Where git looks for the hooks of a repository, `core.hooksPath` of every level respected; and the top of its working tree. */
export function gitHooksFolder(
  folder: string,
  variables: Variables,
): { readonly hooks: string; readonly top: string; readonly common: string } {
  const git = findClient('git', { cwd: folder, project: folder, variables });
  if (git === undefined) throw new GateError('git', 'git is not installed', { hint: 'install git, and have its folder on the PATH' });
  const ask = (what: readonly string[]): string => {
    const { status, stdout } = spawnSync(git, ['rev-parse', ...what], { cwd: folder, encoding: 'utf8', timeout: 30_000 });
    if (status !== 0) throw new GateError('git', 'this folder is in no git repository', { hint: 'git init first' });
    return resolve(folder, stdout.replace(/\r?\n$/, ''));
  };
  return { hooks: ask(['--git-path', 'hooks']), top: ask(['--show-toplevel']), common: ask(['--git-common-dir']) };
}
