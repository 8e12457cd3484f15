import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FetchedCommit, fetchCommit } from '../../src/platform/git-fetch.ts';
import { listFiles } from '../../src/platform/git-tree.ts';
import { type Scratch, scratchRepository } from './git-repository.ts';

const cacheFolder = (): string => join(mkdtempSync(join(tmpdir(), 'lockgate-fetch-')), 'cache');

function remote(files: Readonly<Record<string, string>>): Scratch {
  const scratch = scratchRepository();
  for (const [path, text] of Object.entries(files)) scratch.write(path, text);
  scratch.commit();
  scratch.git('config', 'uploadpack.allowFilter', 'true');
  scratch.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  return scratch;
}

function fetch(url: string, options: Partial<Parameters<typeof fetchCommit>[0]> = {}): Promise<FetchedCommit> {
  return fetchCommit({ url, folder: cacheFolder(), variables: process.env, signal: new AbortController().signal, ...options });
}

/** Ids of the files that are there. */
function blobs(repository: string): readonly string[] {
  const listed = execFileSync('git', ['--git-dir', repository, 'cat-file', '--batch-all-objects', '--batch-check'], { encoding: 'utf8' });
  return listed.split('\n').flatMap((line) => (line.includes(' blob ') ? [line.slice(0, line.indexOf(' '))] : []));
}

describe('fetching one commit', () => {
  it('brings the tree and only the files that are asked for', async () => {
    const scratch = remote({ 'package-lock.json': '{}', 'large.bin': 'x'.repeat(50_000) });
    const { repository, commit, fetchBlobs } = await fetch(`file://${scratch.root}`);
    expect(commit).toBe(scratch.git('rev-parse', 'HEAD'));
    const { files } = listFiles(repository, commit);
    expect([...files.keys()].sort()).toEqual(['large.bin', 'package-lock.json']);
    expect(blobs(repository)).toEqual([]);
    const wanted = files.get('package-lock.json') ?? '';
    await fetchBlobs([wanted]);
    await fetchBlobs([wanted]);
    expect(blobs(repository)).toEqual([wanted]);
  });

  it('takes a branch before a tag, a tag, a commit, and follows a branch that was rewritten', async () => {
    const scratch = remote({ 'package.json': '1' });
    const first = scratch.git('rev-parse', 'HEAD');
    scratch.git('tag', 'v1');
    scratch.write('package.json', '2');
    const second = scratch.commit();
    scratch.git('branch', 'release');
    const folder = cacheFolder();
    const url = `file://${scratch.root}`;
    const commitOf = async (revision?: string): Promise<string> =>
      (await fetch(url, { folder, ...(revision === undefined ? {} : { revision }) })).commit;
    expect(await commitOf('v1')).toBe(first);
    expect(await commitOf('release')).toBe(second);
    expect(await commitOf(first)).toBe(first);
    expect(await commitOf()).toBe(second);
    scratch.git('branch', '-f', 'release', first);
    expect(await commitOf('release')).toBe(first);
  });

  it('says what is wrong with a remote, a branch and a name that is none, without addresses', async () => {
    const scratch = remote({ 'package.json': '1' });
    const url = `file://${scratch.root}`;
    await expect(fetch(url, { revision: 'elsewhere' })).rejects.toThrow(/the remote has no branch or tag "elsewhere"/);
    for (const revision of ['--upload-pack=x', 'a b', 'a..b', 'a:b', '@{-1}', '*', '^x'])
      await expect(fetch(url, { revision })).rejects.toThrow(/the remote has no branch or tag/);
    const missing = fetch('file:///nowhere/secret-place.git');
    await expect(missing).rejects.toThrow(/it cannot be fetched/);
    await expect(missing).rejects.not.toThrow(/file:\/\//);
    await expect(fetch(`file://${scratchRepository().root}`)).rejects.toThrow(/no default branch|cannot be fetched/);
  });

  it('starts no command and no transport that was not meant', async () => {
    const scratch = remote({ 'package.json': '1', '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::sh\n' });
    const hooks = join(scratch.root, '.git', 'hooks');
    for (const hook of ['post-checkout', 'post-merge', 'reference-transaction', 'pre-auto-gc'])
      writeFileSync(join(hooks, hook), `#!/bin/sh\n${scratch.trap}\n`, { mode: 0o755 });
    await fetch(`file://${scratch.root}`);
    await expect(fetch(`ext::${scratch.trapFile}`)).rejects.toThrow(/cannot be fetched/);
    await expect(fetch('http://git.example:1/a.git', { variables: { PATH: process.env['PATH'] } })).rejects.toThrow(/cannot be fetched/);
    // Settings of a user or a CI job that would point git elsewhere, or ask.
    const variables = {
      ...process.env,
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/nowhere',
      GIT_ASKPASS: scratch.trapFile,
      GIT_EXEC_PATH: '/nowhere',
      GIT_TEMPLATE_DIR: hooks,
    };
    const { commit } = await fetch(`file://${scratch.root}`, { variables });
    expect(commit).toBe(scratch.git('rev-parse', 'HEAD'));
    expect(scratch.isMarked()).toBe(false);
  });

  it('begins anew where its cache is damaged', async () => {
    const scratch = remote({ 'package.json': '1' });
    const folder = cacheFolder();
    const url = `file://${scratch.root}`;
    await fetch(url, { folder });
    writeFileSync(join(folder, 'HEAD'), 'nonsense');
    expect((await fetch(url, { folder })).commit).toBe(scratch.git('rev-parse', 'HEAD'));
    expect(existsSync(join(folder, 'hooks'))).toBe(false);
    expect(readdirSync(folder)).not.toContain('FETCH_HEAD');
  });

  it('fetches one branch after the other into one folder, and gives each its own commit', async () => {
    const scratch = remote({ 'package.json': '1' });
    const branches = ['one', 'two', 'three'];
    const commits = branches.map((branch) => {
      scratch.git('checkout', '-q', '-b', branch);
      scratch.write('package.json', branch);
      return scratch.commit();
    });
    const folder = cacheFolder();
    const fetched = await Promise.all(branches.map((revision) => fetch(`file://${scratch.root}`, { folder, revision })));
    expect(fetched.map(({ commit }) => commit)).toEqual(commits);
  });

  it('takes away the lock of a transfer that was killed, and waits for one that is not over', async () => {
    const scratch = remote({ 'package.json': '1' });
    const folder = cacheFolder();
    const url = `file://${scratch.root}`;
    await fetch(url, { folder });
    const lock = join(folder, 'shallow.lock');
    writeFileSync(lock, '');
    utimesSync(lock, new Date(Date.now() - 3_600_000), new Date(Date.now() - 3_600_000));
    expect((await fetch(url, { folder })).commit).toBe(scratch.git('rev-parse', 'HEAD'));
    writeFileSync(lock, '');
    setTimeout(() => rmSync(lock), 1_500);
    expect((await fetch(url, { folder })).commit).toBe(scratch.git('rev-parse', 'HEAD'));
  });

  it('begins anew where what earlier nights left has grown, and counts it against no transfer', async () => {
    const scratch = remote({ 'package.json': '1' });
    const folder = cacheFolder();
    const url = `file://${scratch.root}`;
    await fetch(url, { folder });
    const old = join(folder, 'objects', 'pack', 'tmp_pack_old');
    writeFileSync(old, '');
    truncateSync(old, 2 * 1024 * 1024 * 1024);
    expect((await fetch(url, { folder })).commit).toBe(scratch.git('rev-parse', 'HEAD'));
    expect(existsSync(old)).toBe(false);
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('interrupted'));
    await expect(fetch(`file://${remote({ a: '1' }).root}`, { signal: stop.signal })).rejects.toThrow('interrupted');
  });
});
