import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { GateError } from '../../src/model/gate-error.ts';
import { findRepository, ignoredPaths, mergeBase, resolveCommit } from '../../src/platform/git.ts';
import { openTree } from '../../src/platform/git-tree.ts';
import { type Scratch, runGit, scratchRepository } from './git-repository.ts';

afterEach(() => vi.unstubAllEnvs());

const lock = '{"lockfileVersion":3}\n';

/** Reads a repository in every way there is. */
function readAll(root: string, head = 'HEAD'): string {
  const repository = findRepository(root).root;
  const commit = resolveCommit(repository, head);
  mergeBase(repository, commit, commit);
  const tree = openTree(repository, commit);
  return tree.paths.map((path) => `${path}=${tree.readBytes(path)?.toString('utf8')}`).join('\n');
}

/** What a call throws, proven to be a GateError of git with a hint. */
function refusal(call: () => unknown): GateError {
  try {
    call();
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    expect(error).toMatchObject({ code: 'git', hint: expect.stringMatching(/./) });
    return error;
  }
  throw new Error('it was not refused');
}

function withLock(...options: readonly string[]): Scratch {
  const scratch = scratchRepository(...options);
  scratch.write('package-lock.json', lock);
  scratch.commit();
  return scratch;
}

describe('a hostile repository runs nothing', () => {
  test.each<[string, (scratch: Scratch) => void]>([
    ['core.fsmonitor', ({ git, trapFile }) => git('config', 'core.fsmonitor', trapFile)],
    ['core.pager', ({ git, trapFile }) => git('config', 'core.pager', trapFile)],
    ['core.editor and core.askPass', ({ git, trapFile }) => ['core.editor', 'core.askPass'].forEach((key) => git('config', key, trapFile))],
    ['core.alternateRefsCommand', ({ git, trapFile }) => git('config', 'core.alternateRefsCommand', trapFile)],
    ['diff.external', ({ git, trapFile }) => git('config', 'diff.external', trapFile)],
    [
      'a textconv, a diff command and a filter that attributes name',
      ({ git, write, commit, trap, trapFile }) => {
        write('.gitattributes', '* diff=evil filter=evil merge=evil\n');
        commit();
        for (const key of ['diff.evil.textconv', 'diff.evil.command']) git('config', key, trapFile);
        for (const key of ['smudge', 'clean', 'process']) git('config', `filter.evil.${key}`, `${trap}; cat`);
        git('config', 'filter.evil.required', 'true');
        git('config', 'merge.evil.driver', trap);
      },
    ],
    [
      'aliases for the very commands',
      ({ git, trap }) => ['rev-parse', 'ls-tree', 'cat-file', 'merge-base'].forEach((name) => git('config', `alias.${name}`, `!${trap}`)),
    ],
    [
      'hooks, in the repository and by core.hooksPath',
      ({ root, git, trapFile }) => {
        mkdirSync(join(root, '.git/hooks'), { recursive: true });
        for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'fsmonitor-watchman', 'pre-auto-gc'])
          writeFileSync(join(root, '.git/hooks', hook), readFileSync(trapFile), { mode: 0o755 });
        git('config', 'core.hooksPath', join(root, '.git/hooks'));
      },
    ],
    [
      'settings of a file that it includes',
      ({ root, git, trapFile }) => {
        writeFileSync(join(root, 'evil.config'), `[core]\n\tfsmonitor = ${trapFile}\n\tpager = ${trapFile}\n`);
        git('config', 'include.path', '../evil.config');
      },
    ],
    ['trace targets', ({ root, git }) => git('config', 'trace2.eventTarget', join(root, '../mark'))],
    [
      'a git of its own in the folder and in node_modules/.bin, first on the PATH',
      ({ root, trapFile }) => {
        for (const folder of ['', 'bin', 'node_modules/.bin']) {
          mkdirSync(join(root, folder), { recursive: true });
          writeFileSync(join(root, folder, 'git'), readFileSync(trapFile), { mode: 0o755 });
        }
        const own = ['', '.', 'bin', join(root, 'bin'), join(root, 'node_modules/.bin')];
        vi.stubEnv('PATH', [...own, process.env['PATH']].join(delimiter));
      },
    ],
    [
      'variables of git in the environment',
      ({ trapFile }) => {
        for (const name of ['GIT_PAGER', 'GIT_EXTERNAL_DIFF', 'GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_PROXY_COMMAND', 'GIT_ASKPASS', 'PAGER'])
          vi.stubEnv(name, trapFile);
        vi.stubEnv('GIT_CONFIG_COUNT', '1');
        vi.stubEnv('GIT_CONFIG_KEY_0', 'core.fsmonitor');
        vi.stubEnv('GIT_CONFIG_VALUE_0', trapFile);
        vi.stubEnv('GIT_CONFIG_PARAMETERS', `'core.fsmonitor=${trapFile}'`);
        vi.stubEnv('GIT_DIR', '/nowhere');
        vi.stubEnv('GIT_INDEX_FILE', '/nowhere');
        vi.stubEnv('GIT_OBJECT_DIRECTORY', '/nowhere');
        vi.stubEnv('GIT_EXEC_PATH', '/nowhere');
      },
    ],
  ])('%s', (_, prepare) => {
    const scratch = withLock();
    prepare(scratch);
    expect(readAll(scratch.root)).toContain(`package-lock.json=${lock}`);
    expect(scratch.isMarked()).toBe(false);
  });

  test.each<[string, (scratch: Scratch) => void]>([
    ['over ssh', ({ git }) => git('config', 'remote.origin.url', 'ssh://localhost/nowhere')],
    ['from a folder, by its upload-pack', ({ git, root }) => git('config', 'remote.origin.url', root)],
    ['over the ext helper', ({ git, trapFile }) => git('config', 'remote.origin.url', `ext::${trapFile}`)],
    ['over a foreign helper', ({ git, trapFile }) => git('config', 'remote.origin.vcs', trapFile)],
  ])('a partial clone fetches nothing %s, whatever its settings allow', (_, prepare) => {
    const scratch = withLock();
    const { git, root, trap, trapFile } = scratch;
    const blob = git('rev-parse', 'HEAD:package-lock.json');
    for (const [key, value] of [
      ['core.repositoryformatversion', '1'],
      ['extensions.partialclone', 'origin'],
      ['remote.origin.promisor', 'true'],
      ['remote.origin.uploadpack', trapFile],
      ['core.sshCommand', trap],
      ['protocol.allow', 'always'],
      ...['ssh', 'file', 'ext', 'git', 'http', 'https'].map((name) => [`protocol.${name}.allow`, 'always']),
    ])
      git('config', key ?? '', value ?? '');
    prepare(scratch);
    rmSync(join(root, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true });
    expect(refusal(() => readAll(root)).hint).toMatch(/partial/);
    expect(scratch.isMarked()).toBe(false);
  });

  test('the traps do work where git is called without care', () => {
    const scratch = withLock();
    scratch.git('config', 'core.fsmonitor', scratch.trapFile);
    scratch.git('status');
    expect(scratch.isMarked()).toBe(true);
  });
});

describe('what a commit holds', () => {
  test('replaced objects and grafts do not count', () => {
    const scratch = withLock();
    const { git, root } = scratch;
    const blob = git('rev-parse', 'HEAD:package-lock.json');
    const base = git('rev-parse', 'HEAD');
    scratch.write('other.txt', 'other\n');
    const head = scratch.commit();
    git('replace', blob, git('rev-parse', 'HEAD:other.txt'));
    git('replace', base, head);
    writeFileSync(join(root, '.git/info/grafts'), `${head}\n`);
    expect(openTree(root, base).readBytes('package-lock.json')?.toString()).toBe(lock);
    expect(openTree(root, base).paths).toEqual(['package-lock.json']);
    expect(mergeBase(root, base, head)).toBe(base);
  });

  test('odd names stay what they are: line breaks, quotes, spaces, bytes that are no UTF-8', () => {
    const { root, git } = scratchRepository();
    const blob = runGit(root, ['hash-object', '-w', '--stdin'], lock);
    const names = ['a\nb/package-lock.json', 'q"uo\\te/package-lock.json', ' /yarn.lock', '-x/yarn.lock', 'ü/yarn.lock'].map((name) =>
      Buffer.from(name),
    );
    const broken = [Buffer.from([0xff]), Buffer.from([0xfe])].map((byte) => Buffer.concat([byte, Buffer.from('/yarn.lock')]));
    for (const name of [...names, ...broken])
      runGit(root, ['update-index', '-z', '--index-info'], Buffer.concat([Buffer.from(`100644 ${blob}\t`), name, Buffer.from([0])]));
    git('commit', '-q', '-m', 'odd');
    const tree = openTree(root, resolveCommit(root, 'HEAD'));
    expect([...tree.paths].sort()).toEqual([...names.map(String), '\\377/yarn.lock', '\\376/yarn.lock'].sort());
    for (const path of tree.paths) expect(tree.readBytes(path)?.toString()).toBe(lock);
  });

  test('a link to a file of the same commit is that file; any other link is stray, and never read', () => {
    const { root, commit, write } = scratchRepository();
    const link = (path: string, target: string): void => {
      mkdirSync(join(root, path, '..'), { recursive: true });
      symlinkSync(target, join(root, path));
    };
    write('locks/npm.json', lock);
    link('package-lock.json', 'locks/npm.json');
    link('app/package-lock.json', '../package-lock.json');
    link('out/package-lock.json', '../../outside.json');
    link('etc/yarn.lock', '/etc/passwd');
    link('loop/yarn.lock', 'yarn.lock');
    link('folder/yarn.lock', '../locks');
    const tree = openTree(root, commit());
    expect([...tree.paths].sort()).toEqual(['app/package-lock.json', 'locks/npm.json', 'package-lock.json']);
    expect(tree.readBytes('app/package-lock.json')?.toString()).toBe(lock);
    expect([...tree.strayLinks].sort()).toEqual(['etc/yarn.lock', 'folder/yarn.lock', 'loop/yarn.lock', 'out/package-lock.json']);
    expect(tree.readBytes('etc/yarn.lock')).toBeUndefined();
  });

  test('a tree that no checkout can make is refused', () => {
    const { root } = scratchRepository();
    const blob = runGit(root, ['hash-object', '-w', '--stdin'], lock);
    const entry = (name: string): Buffer => Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')]);
    for (const entries of [[entry('yarn.lock'), entry('yarn.lock')], [entry('..')]]) {
      const tree = runGit(root, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], Buffer.concat(entries));
      expect(refusal(() => openTree(root, runGit(root, ['commit-tree', tree, '-m', 'evil']))).message).toMatch(/no checkout/);
    }
  });

  test('a file with an odd mode is a file, as in a checkout', () => {
    const { root } = scratchRepository();
    const blob = runGit(root, ['hash-object', '-w', '--stdin'], lock);
    const entry = Buffer.concat([Buffer.from('100600 yarn.lock\0'), Buffer.from(blob, 'hex')]);
    const tree = runGit(root, ['hash-object', '-w', '-t', 'tree', '--literally', '--stdin'], entry);
    expect(openTree(root, runGit(root, ['commit-tree', tree, '-m', 'odd'])).paths).toEqual(['yarn.lock']);
  });

  test('a file that is too large is refused, not overlooked', () => {
    const { root, write, commit } = scratchRepository();
    write('package-lock.json', Buffer.alloc(64 * 1024 * 1024 + 1, 32));
    write('package.json', '{}');
    const tree = openTree(root, commit());
    expect(() => tree.readBytes('package-lock.json')).toThrow(expect.objectContaining({ code: 'lockfile-too-large' }));
    expect(tree.readBytes('package.json')?.toString()).toBe('{}');
  });

  test('a file whose object is lost is refused, not overlooked', () => {
    const { root, git } = withLock();
    const blob = git('rev-parse', 'HEAD:package-lock.json');
    rmSync(join(root, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true });
    expect(refusal(() => readAll(root)).hint).toMatch(/git fsck/);
  });

  test('members of a workspace are found by their globs, never above the folder or in node_modules', () => {
    const { root, write, commit } = scratchRepository();
    for (const folder of ['.', 'app', 'app/packages/a', 'app/packages/b', 'app/packages/node_modules/c', 'packages/d'])
      write(`${folder}/package.json`, JSON.stringify({ name: folder }));
    const files = openTree(root, commit()).filesBelow('app');
    expect(files.workspaces('packages/*')).toEqual(['packages/a', 'packages/b']);
    expect(files.read('packages/a/package.json')).toContain('app/packages/a');
    expect(files.read('../package.json')).toBeUndefined();
    expect(files.read('/package.json')).toBeUndefined();
  });
});

describe('kinds of repositories', () => {
  test.each([['sha1'], ['sha256']])('objects named by %s', (format) => {
    expect(readAll(withLock(`--object-format=${format}`).root)).toContain('package-lock.json');
  });

  test('a bare repository has commits and no working tree', () => {
    const { root } = withLock();
    const bare = mkdtempSync(join(tmpdir(), 'lockgate-bare-'));
    runGit(bare, ['clone', '-q', '--bare', root, '.']);
    expect(findRepository(bare)).toMatchObject({ isBare: true });
    expect(readAll(bare)).toContain('package-lock.json');
  });

  test('a linked working tree, a submodule and a git folder elsewhere', () => {
    const { root, git, commit } = withLock();
    const beside = join(root, '../linked');
    git('worktree', 'add', '-q', beside);
    expect(findRepository(beside).root.endsWith('linked')).toBe(true);
    expect(readAll(beside)).toContain('package-lock.json');
    git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', root, 'sub');
    commit();
    expect(findRepository(join(root, 'sub')).root.endsWith('sub')).toBe(true);
    expect(openTree(root, resolveCommit(root, 'HEAD')).paths).toEqual(['.gitmodules', 'package-lock.json']);
    const separate = mkdtempSync(join(tmpdir(), 'lockgate-separate-'));
    runGit(separate, ['clone', '-q', `--separate-git-dir=${join(separate, 'elsewhere')}`, root, 'work']);
    expect(readAll(join(separate, 'work'))).toContain('package-lock.json');
  });

  test('a repository that claims a working tree elsewhere is refused', () => {
    const { root, git } = withLock();
    git('config', 'core.worktree', '/');
    refusal(() => findRepository(root));
  });

  test('a folder whose name ends in a line break', () => {
    const { root, write, commit } = scratchRepository();
    write('inner\n/x', 'x');
    commit();
    const inner = join(root, 'inner\n');
    runGit(inner, ['init', '-q']);
    expect(findRepository(inner).root.endsWith('inner\n')).toBe(true);
  });

  test('no repository, and a broken one', () => {
    expect(refusal(() => findRepository(mkdtempSync(join(tmpdir(), 'lockgate-none-')))).message).toMatch(/no git repository/);
    const { root } = withLock();
    appendFileSync(join(root, '.git/config'), '[broken\n');
    expect(refusal(() => findRepository(root)).message).toMatch(/cannot open .*bad config/);
  });

  test('a folder that is gone, and a machine without git', () => {
    const { root } = withLock();
    refusal(() => findRepository(join(root, 'gone')));
    vi.stubEnv('PATH', '/nowhere');
    expect(refusal(() => findRepository(root)).message).toBe('git is not installed');
  });
});

describe('revisions', () => {
  test('a repository without commits', () => {
    expect(refusal(() => resolveCommit(scratchRepository().root, 'HEAD')).message).toMatch(/no commit yet/);
  });

  test.each([
    [''],
    ['--output=/tmp/x'],
    ['-h'],
    ['a\0b'],
    ['a\nb'],
    ['nowhere'],
    ['HEAD:package-lock.json'],
    ['x'.repeat(5000)],
    ['^HEAD'],
    ['HEAD..HEAD'],
  ])('nothing but a commit is a revision: %j', (revision) => {
    const { root } = withLock();
    refusal(() => resolveCommit(root, revision));
  });

  test('a place in the reflog names a commit, too', () => {
    const { root, git } = withLock();
    expect(resolveCommit(root, 'HEAD@{0}')).toBe(git('rev-parse', 'HEAD'));
    expect(resolveCommit(root, 'main@{1 minute ago}')).toBe(git('rev-parse', 'HEAD'));
  });

  test('a tag that is called like a branch does not become the base', () => {
    const { root, git, commit } = withLock();
    git('tag', 'main');
    const head = commit('after the tag');
    expect(refusal(() => resolveCommit(root, 'main')).hint).toMatch(/refs\/heads\/main/);
    expect(resolveCommit(root, 'refs/heads/main')).toBe(head);
  });

  test('a shallow clone says how to deepen it', () => {
    const { root, commit, git } = withLock();
    const first = git('rev-parse', 'HEAD');
    commit('on main');
    git('checkout', '-q', '-b', 'feature', first);
    commit('on feature');
    const clone = mkdtempSync(join(tmpdir(), 'lockgate-shallow-'));
    runGit(clone, ['clone', '-q', '--depth', '1', '--no-single-branch', `file://${root}`, '.']);
    expect(refusal(() => resolveCommit(clone, first)).hint).toMatch(/unshallow/);
    expect(refusal(() => mergeBase(clone, 'origin/main', 'origin/feature')).hint).toMatch(/unshallow/);
  });

  test('two histories without a common commit', () => {
    const { root, git, commit } = withLock();
    git('checkout', '-q', '--orphan', 'other');
    commit('another beginning');
    expect(refusal(() => mergeBase(root, 'main', 'other')).hint).toMatch(/another base/);
  });
});

test('a git that refuses before it has read everything has refused, and is not broken', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-no-repository-'));
  const paths = Array.from({ length: 200_000 }, (_, index) => `packages/package-${index}/package.json`);
  expect(ignoredPaths(folder, paths)).toEqual(new Set());
});
