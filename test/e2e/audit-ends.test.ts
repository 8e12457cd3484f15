import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleetStore } from '../../src/fleet/store.ts';
import { openSqlite } from '../../src/platform/sqlite.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

const factor = Number(process.env['LOCKGATE_TEST_FACTOR'] ?? '1');
const old = { publishedAt: '2021-01-01T00:00:00.000Z', repository: 'https://git.example/acme/tools.git' };
/** One package for each repository: each has something of its own to ask for. */
const releases = Array.from({ length: 12 }, (_, index) => release({ name: `part-${index}`, version: '1.0.0', ...old }));
const names = releases.map((_, index) => `repository-${String(index).padStart(2, '0')}`);

let registry: LoopbackRegistry;
beforeAll(async () => {
  registry = await startRegistry(releases);
  // Long enough to be caught in the middle.
  registry.setFaults([{ type: 'delay', path: /^\/part-/, milliseconds: 300 }]);
});
afterAll(() => registry.close());

interface Place {
  readonly folder: string;
  readonly store: string;
  readonly home: string;
}

function place(): Place {
  const list = releases.map((one, index) => `  - { name: ${names[index]}, path: ${project(packageLock([one]))} }`).join('\n');
  const folder = project({ 'repos.yaml': `version: 1\nname: acme\nrepositories:\n${list}\n` });
  return { folder, store: join(folder, 'audits.db'), home: mkdtempSync(join(tmpdir(), 'lockgate-home-')) };
}

const args = ({ store }: Place): readonly string[] => ['audit', '--store', store, '--concurrency', '2', '--format', 'json'];

/** Runs an audit and sends it a signal once it has asked for so many packages; answers what it said. */
async function stopped(
  where: Place,
  after: number,
  signal: NodeJS.Signals,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');
  registry.requests.length = 0;
  return new Promise((done) => {
    const child = spawn(process.execPath, [program, ...args(where)], {
      cwd: where.folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: where.home, NO_COLOR: '1', npm_config_registry: registry.url },
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.stdout.resume();
    const watch = setInterval(() => {
      if (asked() < after) return;
      clearInterval(watch);
      // At no particular moment of the work on it.
      setTimeout(() => child.kill(signal), Math.random() * 200);
    }, 5);
    child.on('close', (code) => {
      clearInterval(watch);
      done({ code, stderr });
    });
  });
}

/** Packages that the running audit has asked for. */
function asked(): number {
  return new Set(registry.requests.map(({ path }) => path).filter((path) => path.startsWith('/part-'))).size;
}

async function doneIn(store: string): Promise<readonly string[]> {
  const opened = await createFleetStore(await openSqlite(store, { mode: 'shared' }));
  try {
    const done: string[] = [];
    for (const { id } of await opened.audits())
      for await (const { repository, state } of opened.repositories(id)) if (state !== 'open') done.push(repository);
    return done.sort();
  } finally {
    await opened.close();
  }
}

describe('an audit that is ended from outside', { timeout: 240_000 * factor }, () => {
  it('loses nothing that was finished when it is killed at any point, and ends with every repository once', async () => {
    const where = place();
    let before: readonly string[] = [];
    for (let kill = 0; kill < 4 * factor; kill += 1) {
      await stopped(where, Math.floor(Math.random() * 5), 'SIGKILL');
      // It may have been killed before there was a store.
      const after = await doneIn(where.store).catch(() => before);
      expect(after).toEqual(expect.arrayContaining([...before]));
      before = after;
    }
    const last = await lockgate(args(where), { cwd: where.folder, registry: registry.url, home: where.home });
    expect(last.code).toBe(0);
    const { repositories, audit } = JSON.parse(last.stdout) as {
      readonly repositories: readonly { readonly repository: string; readonly lockfiles: number; readonly state: string }[];
      readonly audit: { readonly id: number };
    };
    expect(repositories.map(({ repository, lockfiles, state }) => [repository, lockfiles, state])).toEqual(
      names.map((name) => [name, 1, 'pass']),
    );
    // One audit that was continued, unless a kill came so late that there was nothing left to do.
    expect(audit.id).toBeLessThanOrEqual(1 + 4 * factor);
  });

  it('finishes what has begun when it is interrupted, says how far it is, and goes on there', async () => {
    const where = place();
    const ended = await stopped(where, 4, 'SIGINT');
    const done = await doneIn(where.store);
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(12);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('stopping: the repositories that have begun are finished');
    expect(ended.stderr).toContain(`${done.length} of 12 repositories of audit 1 are done and kept`);
    const next = await lockgate(args(where), { cwd: where.folder, registry: registry.url, home: where.home });
    expect(next.stderr).toContain(`going on with audit 1: ${done.length} of 12 repositories are done`);
    expect(next.code).toBe(0);
    expect(JSON.parse(next.stdout)).toMatchObject({ audit: { id: 1 }, states: { pass: 12 } });
  });

  it('is alone with its store: a second one is told so at once', async () => {
    const where = place();
    const first = stopped(where, Number.POSITIVE_INFINITY, 'SIGKILL');
    while (asked() === 0) await new Promise((done) => setTimeout(done, 10));
    const second = await lockgate(args(where), { cwd: where.folder, registry: registry.url, home: where.home });
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(/another audit is writing into audits\.db/);
    expect((await first).code).toBe(0);
  });
});
