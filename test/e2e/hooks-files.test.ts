import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { type Outcome, lockgate, packageLock, project } from './lockgate.ts';

const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');

const manifest = '{\n  "name": "shop",\n  "private": true,\n  "scripts": {\n    "preinstall": "echo mine"\n  }\n}\n';
const hooks = (cwd: string, ...args: readonly string[]): Promise<Outcome> => lockgate(['hooks', ...args], { cwd });

/** Every file of a folder with its text and its mode, by path. */
function snapshotOf(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile() && !path.startsWith('.git/'))
      .sort()
      .map((path) => [path, `${(statSync(join(folder, path)).mode & 0o777).toString(8)} ${readFileSync(join(folder, path), 'utf8')}`]),
  );
}

const clients: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ['npm@12.2.0', {}, 'package.json'],
  ['npm@11.2.0', { '.npmrc': 'registry=https://registry.example/\n//registry.example/:_authToken=secret' }, '.lockgate/sh'],
  ['pnpm@11.0.0', {}, '.pnpmfile.cjs'],
  ['yarn@1.22.22', {}, 'package.json'],
  ['yarn@4.18.1', { '.yarnrc.yml': 'nodeLinker: node-modules # ours\n' }, '.lockgate/yarn-plugin.cjs'],
  ['bun@1.4.5', { 'bunfig.toml': '[install]\nexact = true\n' }, '.lockgate/bun-scanner.mjs'],
];

describe('lockgate hooks', () => {
  it.each(clients)('are installed for %s, twice the same, and removed to the byte', async (client, files, mark) => {
    const folder = project({ 'package.json': manifest, ...files });
    if (existsSync(join(folder, '.npmrc'))) execFileSync('chmod', ['600', join(folder, '.npmrc')]);
    const before = snapshotOf(folder);
    const dry = await hooks(folder, 'install', '--client', client, '--dry-run');
    expect({ code: dry.code, files: snapshotOf(folder) }).toEqual({ code: 0, files: before });
    const { code, stdout } = await hooks(folder, 'install', '--client', client);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^stops: .*/m) });
    expect(stdout).toMatch(/^does not stop: /m);
    const installed = snapshotOf(folder);
    expect(Object.keys(installed)).toContain(mark);
    expect(installed['.npmrc']?.slice(0, 3)).toBe(before['.npmrc']?.slice(0, 3));
    expect(installed['.lockgate/hooks.json']).not.toContain('secret');
    expect((await hooks(folder, 'install', '--client', client)).code).toBe(0);
    expect(snapshotOf(folder)).toEqual(installed);
    expect(
      (await lockgate(['hooks', 'status', '--client', client], { cwd: folder, env: { LOCKGATE: join(folder, 'package.json') } })).code,
    ).toBe(0);
    const removed = await hooks(folder, 'remove');
    expect({ code: removed.code, files: snapshotOf(folder), folder: existsSync(join(folder, '.lockgate')) }).toEqual({
      code: 0,
      files: before,
      folder: false,
    });
  });

  it('leave what somebody has changed since, and say so', async () => {
    const folder = project({ 'package.json': manifest });
    await hooks(folder, 'install', '--client', 'npm@12.0.0');
    writeFileSync(join(folder, 'package.json'), manifest.replace('echo mine', 'node  .lockgate/gate.cjs'));
    const status = await hooks(folder, 'status', '--client', 'npm@12.0.0');
    expect(status).toMatchObject({ code: 1, stdout: expect.stringContaining('package.json: not as it was written') });
    expect(await hooks(folder, 'remove')).toMatchObject({ code: 1, stdout: expect.stringContaining('left as it is: package.json') });
  });

  it('do not write beside what stands in the way', async () => {
    const cases: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
      ['npm@11.0.0', { '.npmrc': 'script-shell=bash\n' }, /script-shell of its own/],
      ['pnpm@10.0.0', { '.pnpmfile.cjs': 'module.exports = {}\n' }, /pnpmfile of its own/],
      ['pnpm@11.0.0', { 'pnpm-workspace.yaml': 'pnpmfile: other.cjs\n' }, /pnpmfile of its own/],
      ['yarn@4.0.0', { '.yarnrc.yml': 'plugins: [a.cjs]\n' }, /on one line/],
      ['bun@1.4.0', { 'bunfig.toml': '[install.security]\nscanner = "x"\n' }, /security settings of its own/],
      ['npm@6.0.0', {}, /nothing that runs before/],
      ['pnpm@9.0.0', {}, /were not measured/],
    ];
    for (const [client, files, why] of cases) {
      const folder = project({ 'package.json': manifest, ...files });
      const before = snapshotOf(folder);
      const { code, stderr } = await hooks(folder, 'install', '--client', client);
      expect({ client, code, stderr, files: snapshotOf(folder) }).toEqual({
        client,
        code: 2,
        stderr: expect.stringMatching(why),
        files: before,
      });
    }
  });

  it('write nothing through a link, and delete nothing that a forged record names', async () => {
    const folder = project({ 'package.json': manifest });
    const elsewhere = project({ 'gate.cjs': 'mine' });
    symlinkSync(elsewhere, join(folder, '.lockgate'));
    expect(await hooks(folder, 'install', '--client', 'npm@12.0.0')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is a link'),
    });
    expect(snapshotOf(elsewhere)['gate.cjs']).toContain('mine');
    const forged = project({
      'package.json': manifest,
      '.lockgate/hooks.json': '{"version":1,"client":"npm","clientVersion":"12.0.0","files":["../../x","package.json"],"edits":[]}',
    });
    expect((await hooks(forged, 'remove')).code).toBe(2);
    expect(existsSync(join(forged, 'package.json'))).toBe(true);
  });

  it('take the client and version of packageManager, else those of the lockfile', async () => {
    const folder = project({ 'package.json': '{"private":true,"packageManager":"pnpm@10.34.9+sha512.abc"}' });
    expect((await hooks(folder, 'install', '--dry-run')).stdout).toMatch(/^pnpm 10\.34\.9 \(package\.json\)/);
  });

  it('warn where consumers of a published package would run them', async () => {
    const folder = project({ 'package.json': '{"name":"lib"}' });
    expect((await hooks(folder, 'install', '--client', 'npm@12.0.0', '--dry-run')).stdout).toMatch(/not private/);
  });
});

describe('the pre-commit hook', () => {
  const repository = (): string => {
    const folder = project({ 'package.json': '{}' });
    execFileSync('git', ['init', '--quiet'], { cwd: folder });
    return folder;
  };

  it('is written, found again and removed', async () => {
    const folder = repository();
    const file = join(folder, '.git/hooks/pre-commit');
    expect((await hooks(folder, 'install', '--git')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('lockgate check --base HEAD');
    expect(statSync(file).mode & 0o111).not.toBe(0);
    expect((await hooks(folder, 'install', '--git')).stdout).toContain('there already');
    expect((await hooks(folder, 'remove', '--git')).code).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  it('stops a commit whose lockfile is refused, the first one too, and no other', { timeout: 120_000 }, async () => {
    const young = release({ name: 'young-lib', version: '1.0.0', publishedAt: new Date(Date.now() - 3_600_000).toISOString() });
    const calm = release({ name: 'left-pad', version: '1.3.0' });
    const registry = await startRegistry([young, calm]);
    const bin = project({});
    writeFileSync(join(bin, 'lockgate'), `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
    const commit = (folder: string): Promise<boolean> => {
      const variables = { PATH: `${bin}:${process.env['PATH']}`, HOME: bin, npm_config_registry: registry.url, GIT_CONFIG_NOSYSTEM: '1' };
      execFileSync('git', ['add', '--all', '--', ':!.lockgate'], { cwd: folder });
      const args = ['-c', 'user.name=ada', '-c', 'user.email=ada@acme.example', 'commit', '--quiet', '-m', 'x'];
      return new Promise((done) => execFile('git', args, { cwd: folder, env: variables }, (error) => done(error === null)));
    };
    try {
      const folder = repository();
      await hooks(folder, 'install', '--git');
      expect(await commit(folder)).toBe(true);
      const write = (files: Readonly<Record<string, string>>): void => {
        for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
      };
      write(packageLock([young]));
      expect(await commit(folder)).toBe(false);
      write(packageLock([calm]));
      expect(await commit(folder)).toBe(true);
      const first = project(packageLock([young]));
      execFileSync('git', ['init', '--quiet'], { cwd: first });
      await hooks(first, 'install', '--git');
      expect(await commit(first)).toBe(false);
    } finally {
      await registry.close();
    }
  });

  it('goes where core.hooksPath says, inside the repository only', async () => {
    const folder = repository();
    mkdirSync(join(folder, '.husky'));
    execFileSync('git', ['config', 'core.hooksPath', '.husky'], { cwd: folder });
    await hooks(folder, 'install', '--git');
    expect(existsSync(join(folder, '.husky/pre-commit'))).toBe(true);
    execFileSync('git', ['config', 'core.hooksPath', '/tmp/somewhere-else'], { cwd: folder });
    expect(await hooks(folder, 'install', '--git')).toMatchObject({ code: 2, stderr: expect.stringContaining('out of this repository') });
  });

  it('never takes the place of another', async () => {
    const folder = repository();
    writeFileSync(join(folder, '.git/hooks/pre-commit'), '#!/bin/sh\nmine\n');
    expect(await hooks(folder, 'install', '--git')).toMatchObject({ code: 2, stderr: expect.stringContaining('stays as it is') });
    expect((await hooks(folder, 'remove', '--git')).code).toBe(2);
    expect(readFileSync(join(folder, '.git/hooks/pre-commit'), 'utf8')).toContain('mine');
  });
});
