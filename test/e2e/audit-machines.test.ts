import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSqlite } from '../../src/platform/sqlite.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql, whereSkipped } from '../support/postgresql.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

const releases = [release({ name: 'left-pad', version: '1.3.0' }), release({ name: 'right-pad', version: '2.0.0' })];
const names = ['shop', 'blog', 'docs'];

/** Three repositories with the same two packages, and their list. */
function fleet(list = ''): string {
  const files = Object.entries(packageLock(releases));
  return project({
    ...Object.fromEntries(names.flatMap((name) => files.map(([path, text]) => [`${name}/${path}`, text]))),
    'repos.yaml': `version: 1\nname: fleet\n${list}repositories:\n${names.map((name) => `  - path: ${name}\n`).join('')}`,
    npmrc: '',
  });
}

let registry: LoopbackRegistry;
beforeAll(async () => {
  registry = await startRegistry(releases);
});
afterAll(() => registry.close());

describe.skipIf(!hasPostgresql)(`audits on several machines${whereSkipped}`, () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.remove());

  it('come to the same as on one', async () => {
    const cwd = fleet();
    const env = { LOCKGATE_STORE: await server.createDatabase() };
    const many = await lockgate(['audit', '--format', 'json'], { cwd, registry: registry.url, env });
    const one = await lockgate(['audit', '--format', 'json', '--store', 'audits.db'], { cwd, registry: registry.url });
    expect(many.code).toBe(one.code);
    expect(timeless(many.stdout)).toEqual(timeless(one.stdout));
  });

  it('are enqueued once, done by workers, and seen by everybody', async () => {
    const cwd = fleet();
    const env = { LOCKGATE_STORE: await server.createDatabase() };
    const run = (...args: readonly string[]) => lockgate(args, { cwd, registry: registry.url, env });
    expect(await run('audit', 'enqueue')).toMatchObject({
      code: 0,
      stdout: 'audit 1: 3 of 3 repositories to judge, 0 versions to refresh; 3 of 3 jobs are new\n',
    });
    expect((await run('audit', 'enqueue')).stdout).toContain('0 of 3 jobs are new');
    const [first, second] = await Promise.all([run('audit', 'worker', '--drain'), run('audit', 'worker', '--drain')]);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(`${first.stderr}${second.stderr}`).toContain('audit 1 is finished');
    expect((await run('audit', 'search', 'left-pad')).stdout).toContain('shop');
    expect((await run('audit', 'enqueue')).stdout).toMatch(/^audit 2: 3 of 3/);
  });

  it('bring every version up to date once, where the list says which registry is asked', async () => {
    const cwd = fleet('npmrc: npmrc\n');
    const env = { LOCKGATE_STORE: await server.createDatabase() };
    const home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
    await lockgate(['audit'], { cwd, registry: registry.url, env, home });
    const enqueued = await lockgate(['audit', 'enqueue'], { cwd, registry: registry.url, env, home });
    expect(enqueued.stdout).toContain('2 versions to refresh; 4 of 4 jobs are new');
    const elsewhere = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
    const before = registry.requests.length;
    const worker = await lockgate(['audit', 'worker', '--drain', '--rate', '50'], { cwd, registry: registry.url, env, home: elsewhere });
    expect(worker.code).toBe(0);
    const documents = registry.requests.slice(before).filter(({ path }) => path === '/left-pad' || path === '/right-pad');
    expect(documents.map(({ path }) => path).sort()).toEqual(['/left-pad', '/right-pad']);
  });

  it('refuse a list whose .npmrc holds a secret, and store nothing of it', async () => {
    const cwd = fleet('npmrc: secret\n');
    writeFileSync(join(cwd, 'secret'), '//registry.example/:_authToken=hunter2\n');
    const env = { LOCKGATE_STORE: await server.createDatabase() };
    const refused = await lockgate(['audit', 'enqueue'], { cwd, registry: registry.url, env });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('holds a secret in line 1') });
    expect(refused.stderr).not.toContain('hunter2');
    writeFileSync(join(cwd, 'secret'), '//registry.example/:_authToken=${REGISTRY_TOKEN}\n');
    expect((await lockgate(['audit', 'enqueue'], { cwd, registry: registry.url, env })).stdout).toMatch(/^audit 1: /);
  });

  it('tell of a store that is not there, without its password', async () => {
    const outcome = await lockgate(['audit', 'worker', '--drain'], {
      cwd: fleet(),
      env: { LOCKGATE_STORE: 'postgres://me:hunter2@127.0.0.1:1/audits' },
    });
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('postgres://127.0.0.1:1/audits cannot be reached') });
    expect(outcome.stderr).not.toContain('hunter2');
  });
});

describe('commands for several machines', () => {
  it.each([['POSTGRES'], ['mysql'], ['postgresql+ssl']])('take a store that begins with %s:// for no file', async (scheme) => {
    const cwd = fleet();
    const outcome = await lockgate(['audit', '--offline'], { cwd, env: { LOCKGATE_STORE: `${scheme}://me:hunter2@db.example/audits` } });
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('the store is a URL') });
    expect(outcome.stderr).not.toContain('hunter2');
    expect(readdirSync(cwd)).not.toContain(`${scheme}:`);
  });

  it.each([[['audit', 'worker']], [['audit', 'enqueue']]])('%j wants a store that machines can share', async (args) => {
    const outcome = await lockgate([...args, '--store', 'audits.db'], { cwd: fleet() });
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('this needs a store in PostgreSQL') });
  });

  it.each([
    [['worker', '--concurrency', '0'], '--concurrency must be a number from 1 to 64'],
    [['enqueue', '--priority', 'soon'], '--priority knows no "soon"'],
    [['schedule'], '--cron is missing'],
    [['schedule', '--cron', 'sometimes'], 'is no cron expression'],
    [['schedule', '--cron', '@daily', '--time-zone', 'Mars/Olympus'], 'is no time zone'],
    [['schedule', '--cron', '@daily', '--jitter', 'much'], 'is no duration'],
    [['schedule', '--cron', '@daily', '--format', 'prose'], '--format knows no "prose"'],
  ])('audit %j is refused', async (args, why) => {
    const outcome = await lockgate(['audit', ...args], { cwd: fleet(), env: { LOCKGATE_STORE: 'postgres://127.0.0.1:1/x' } });
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  });
});

describe('a schedule', () => {
  it('makes up at its start for the run that was missed, and ends when it is told to', async () => {
    const cwd = fleet();
    const file = join(cwd, 'audits.db');
    await lockgate(['audit', '--store', file], { cwd, registry: registry.url });
    const before = await openSqlite(file, { mode: 'exclusive' });
    await before.query('UPDATE audits SET started_at = started_at - ?', [2 * 86_400_000]);
    await before.close();

    const { code, stderr } = await scheduled(['--cron', '@daily', '--jitter', '0', '--store', file], cwd);
    expect(stderr).toContain('was missed: it begins now');
    expect(stderr).toMatch(/the audit ended with exit code \d\nthe next run is due at \S+T00:00:00Z/);
    expect(code).toBe(0);
    const after = await openSqlite(file, { mode: 'shared' });
    expect(await after.query('SELECT COUNT(*) AS n FROM audits WHERE finished_at IS NOT NULL')).toEqual([{ n: 2 }]);
    await after.close();
  });
});

/** Runs a schedule until it waits for its next run, and then tells it to stop. */
function scheduled(args: readonly string[], cwd: string): Promise<{ readonly code: number | null; readonly stderr: string }> {
  return new Promise((done, fail) => {
    const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');
    const home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
    const child = spawn(process.execPath, [program, 'audit', 'schedule', ...args], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: home, npm_config_registry: registry.url },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
      if (stderr.includes('the next run is due')) child.kill('SIGTERM');
    });
    child.once('error', fail);
    child.once('close', (code) => done({ code, stderr }));
  });
}

/** A report without what differs from run to run: its moments and numbers of audits. */
function timeless(json: string): unknown {
  return JSON.parse(json, (key, value: unknown) => (/(?:At|^id)$/.test(key) ? undefined : value));
}
