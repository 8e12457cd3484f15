import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandResult } from '../../src/commands/command.ts';
import { diff } from '../../src/commands/diff.ts';
import { type Scratch, runGit, scratchRepository } from '../platform/git-repository.ts';
import { invocation } from './invocation.ts';

const fixtures = 'fixtures/differential';

function run(cwd: string, positionals: readonly string[] = [], options: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  return diff.run(invocation(positionals, options, { cwd, variables: {} }));
}

async function shown(cwd: string, ...positionals: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout = '' } = await run(cwd, positionals);
  expect(exitCode).toBe(0);
  return stdout.trimEnd().split('\n');
}

/** A project of fixtures/differential as one package manager left it, in a folder of the repository. */
function place({ root }: Scratch, folder: string, project: string, lockfile: string): void {
  mkdirSync(join(root, folder), { recursive: true });
  cpSync(join(fixtures, project, 'manifest'), join(root, folder), { recursive: true });
  cpSync(join(fixtures, project, lockfile), join(root, folder, lockfile.slice(lockfile.indexOf('/') + 1)));
}

/** Two projects of npm, committed. */
function repository(): Scratch {
  const scratch = scratchRepository();
  place(scratch, 'app', 'workbench', 'npm/package-lock.json');
  place(scratch, 'lib', 'overrides', 'npm/package-lock.json');
  scratch.commit();
  return scratch;
}

function edit({ root, write }: Scratch, path: string, change: (text: string) => string): void {
  const text = readFileSync(join(root, path), 'utf8');
  expect(change(text)).not.toBe(text);
  write(path, change(text));
}

describe('lockgate diff', () => {
  test('says that nothing changed', async () => {
    expect(await shown(repository().root)).toEqual(['no package changed between HEAD and working tree']);
  });

  test('shows what the working tree changes, from any folder of the repository, with the way to it', async () => {
    const scratch = repository();
    edit(scratch, 'lib/package-lock.json', (text) => text.replace('"version": "2.1.3"', '"version": "2.1.2"'));
    const expected = ['lib/package-lock.json: 0 added, 1 changed, 0 removed', '  ~ ms 2.1.3 → 2.1.2   debug@4.3.4 ›'];
    expect(await shown(scratch.root)).toEqual(expected);
    expect(await shown(join(scratch.root, 'app'))).toEqual(expected);
  });

  test('other bytes under the same version stand out', async () => {
    const scratch = repository();
    edit(scratch, 'lib/package-lock.json', (text) => text.replace(/"sha512-.{10}/, '"sha512-AAAAAAAAAA'));
    expect((await shown(scratch.root))[1]).toMatch(/^ {2}~ debug@4\.3\.4: same version, .* is now .*sha512-AAAAAAAAAA/);
  });

  test('two commits are compared without a checkout, and as data with places in the lockfile', async () => {
    const scratch = repository();
    edit(scratch, 'lib/package-lock.json', (text) => text.replace('"version": "2.1.3"', '"version": "2.1.2"'));
    scratch.commit('another ms');
    rmSync(join(scratch.root, 'lib'), { recursive: true });
    const { stdout = '' } = await run(scratch.root, ['HEAD~1', 'main'], { format: 'json' });
    expect(JSON.parse(stdout)).toMatchObject({
      base: 'HEAD~1',
      head: 'main',
      lockfiles: [
        {
          folder: 'lib',
          changes: [
            {
              type: 'changed',
              name: 'ms',
              before: { version: '2.1.3' },
              after: {
                version: '2.1.2',
                path: ['overrides@1.0.0', 'debug@4.3.4', 'ms@2.1.2'],
                location: { file: 'lib/package-lock.json' },
              },
            },
          ],
        },
      ],
    });
  });

  test('places in the working tree are named as those in a commit', async () => {
    const scratch = repository();
    edit(scratch, 'lib/package-lock.json', (text) => text.replace('"version": "2.1.3"', '"version": "2.1.2"'));
    const ofTree = JSON.parse((await run(scratch.root, [], { format: 'json' })).stdout ?? '') as { readonly lockfiles: unknown };
    scratch.commit('another ms');
    const ofCommit = JSON.parse((await run(scratch.root, ['HEAD~1', 'HEAD'], { format: 'json' })).stdout ?? '') as {
      readonly lockfiles: unknown;
    };
    expect(ofTree.lockfiles).toEqual(ofCommit.lockfiles);
  });

  test('a lockfile that came, one that went, and a folder that moved', async () => {
    const scratch = repository();
    place(scratch, 'new', 'cabinet', 'npm/package-lock.json');
    rmSync(join(scratch.root, 'app'), { recursive: true });
    renameSync(join(scratch.root, 'lib'), join(scratch.root, 'library'));
    const heads = (await shown(scratch.root)).filter((line) => /^\S/.test(line));
    expect(heads).toEqual([
      'app/package-lock.json: 0 added, 0 changed, 55 removed',
      'new/package-lock.json: 6 added, 0 changed, 0 removed',
    ]);
    edit(scratch, 'library/package-lock.json', (text) => text.replace('"version": "2.1.3"', '"version": "2.1.2"'));
    expect(await shown(scratch.root)).toContain('library/package-lock.json (was lib/package-lock.json): 0 added, 1 changed, 0 removed');
  });

  test('a move to another package manager changes nothing, unless it does', async () => {
    const scratch = repository();
    rmSync(join(scratch.root, 'app/package-lock.json'));
    place(scratch, 'app', 'workbench', 'pnpm/pnpm-lock.yaml');
    expect(await shown(scratch.root)).toEqual(['no package changed between HEAD and working tree']);
    edit(scratch, 'app/pnpm-lock.yaml', (text) => text.replaceAll('once@1.4.0', 'once@1.4.1').replaceAll('ms@2.1.2', 'ms@2.1.3'));
    expect((await shown(scratch.root))[0]).toBe('app/pnpm-lock.yaml (was app/package-lock.json): 0 added, 1 changed, 0 removed');
  });

  test('a bare repository compares two commits', async () => {
    const scratch = repository();
    edit(scratch, 'lib/package-lock.json', (text) => text.replace('"version": "2.1.3"', '"version": "2.1.2"'));
    scratch.commit('another ms');
    const bare = join(scratch.root, '../bare');
    runGit(scratch.root, ['clone', '-q', '--bare', scratch.root, bare]);
    expect(await shown(bare, 'HEAD~1', 'HEAD')).toHaveLength(2);
    await expect(run(bare)).rejects.toMatchObject({ code: 'usage', hint: 'name two commits: lockgate diff BASE HEAD' });
  });

  test('a lockfile that became a link out of the repository is refused: it is not gone', async () => {
    const scratch = repository();
    rmSync(join(scratch.root, 'lib/package-lock.json'));
    symlinkSync('/tmp/elsewhere.json', join(scratch.root, 'lib/package-lock.json'));
    const refusal = { code: 'lockfile-invalid', location: { file: 'lib/package-lock.json' }, hint: 'commit the lockfile itself' };
    await expect(run(scratch.root)).rejects.toMatchObject(refusal);
    scratch.commit('a link');
    await expect(run(scratch.root, ['HEAD~1', 'HEAD'])).rejects.toMatchObject(refusal);
  });

  test('a broken lockfile is named by its place in the repository', async () => {
    const scratch = repository();
    scratch.write('lib/package-lock.json', '{');
    const refusal = { code: 'lockfile-invalid', location: { file: 'lib/package-lock.json' } };
    await expect(run(scratch.root)).rejects.toMatchObject(refusal);
    scratch.commit('broken');
    await expect(run(scratch.root, ['HEAD~1', 'HEAD'])).rejects.toMatchObject(refusal);
  });
});
