import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { isCampaign } from '../support/campaign.ts';
import { type FaultRow, processFaults } from './fault-table.ts';
import { lockgate, packageLock, project } from './lockgate.ts';
import { fullDisk } from './full-disk.ts';

const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');
const honest = [release({ name: 'left-pad', version: '1.3.0' }), release({ name: '@acme/ui', version: '2.0.0' })];
const oldReport = '{"verdict":"of an earlier run"}\n';

let registry: LoopbackRegistry;
let home = '';
let cwd = '';
beforeAll(async () => {
  registry = await startRegistry(honest);
});
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lockgate-faults-'));
  cwd = project({ ...packageLock(honest), 'report.json': oldReport });
});
afterEach(() => {
  registry.setFaults([]);
  registry.requests.length = 0;
  for (const folder of [home, cwd]) rmSync(folder, { recursive: true, force: true });
});
afterAll(() => registry.close());

interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly seen: string;
}

/** Starts the command; `shell` is a line of bash that runs it as `"$@"`, with what the line adds around it. */
function start(
  args: readonly string[],
  { shell, env = {} }: { readonly shell?: string; readonly env?: Readonly<Record<string, string>> } = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ending> } {
  const own = [process.execPath, program, ...args];
  const [file = '', ...rest] = shell === undefined ? own : ['bash', '-c', shell, 'bash', ...own];
  const child = spawn(file, rest, {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, NO_COLOR: '1', npm_config_registry: registry.url, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let seen = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (seen += chunk.toString('utf8')));
  const ended = new Promise<Ending>((done) => child.on('close', (code, signal) => done({ code, signal, seen })));
  return { child, ended };
}

/** Returns when the registry has been asked for something under this path. */
async function asked(path: string): Promise<void> {
  while (!registry.requests.some((request) => request.path === path)) await new Promise((next) => setTimeout(next, 10));
}

/** What every row of the table promises: the next run passes, and nothing is left lying about. */
async function expectNothingLost(): Promise<void> {
  registry.setFaults([]);
  expect(await lockgate(['check'], { cwd, registry: registry.url, home })).toMatchObject({ code: 0 });
  const cache = join(home, '.cache', 'lockgate');
  for (const folder of [cwd, ...(existsSync(cache) ? [cache] : [])])
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
}

function row(fault: string): FaultRow {
  const found = processFaults.find((one) => one.fault === fault);
  if (found === undefined) throw new Error(`docs/faults.md has no row ${fault}`);
  return found;
}

function expectRow(fault: string, { code, seen }: Ending): void {
  const { sees, exit } = row(fault);
  expect(seen).toContain(sees);
  expect(code).toBe(exit);
}

const report = (): string => readFileSync(join(cwd, 'report.json'), 'utf8');

describe('a run that is ended from outside', { timeout: 120_000 }, () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says that nothing was decided, on %s', async (signal) => {
    registry.setFaults([{ path: '/left-pad', type: 'hang' }]);
    const { child, ended } = start(['check', '--report', 'json=report.json']);
    await asked('/left-pad');
    child.kill(signal);
    expectRow(`${signal} while the registry is waited for`, await ended);
    expect(report()).toBe(oldReport);
    await expectNothingLost();
  });

  it('never passes and never leaves half a file, whenever that is', async () => {
    const step = isCampaign ? 20 : 250;
    for (let at = 0; at <= 1500; at += step) {
      const { child, ended } = start(['check', '--no-cache', '--report', 'json=report.json']);
      const timer = setTimeout(() => child.kill((at / step) % 2 === 0 ? 'SIGINT' : 'SIGTERM'), at);
      const { code, signal, seen } = await ended;
      clearTimeout(timer);
      // Answered; too late to matter; or too early for anybody to have listened.
      if (code === 0) expect(seen).toMatch(/^PASS {2}package-lock\.json/m);
      else expect([code, signal]).toEqual(signal === null ? [2, null] : [null, expect.stringMatching(/^SIG(INT|TERM)$/)]);
      expect(JSON.parse(report())).toHaveProperty('verdict');
    }
    await expectNothingLost();
  });
});

describe('a disk that is full', { timeout: 60_000 }, () => {
  const disk = fullDisk();
  afterAll(() => disk?.remove());

  it.skipIf(disk === undefined)('costs the cache, and nothing else (skipped where no small disk can be mounted)', async () => {
    const ending = await start(['check'], { env: { LOCKGATE_CACHE_DIR: join(disk?.folder ?? '', 'cache') } }).ended;
    expectRow('No space left for the cache', ending);
    await expectNothingLost();
  });

  it.skipIf(disk === undefined)(
    'costs the report, and not the one that was there (skipped where no small disk can be mounted)',
    async () => {
      const folder = join(disk?.folder ?? '', 'reports');
      mkdirSync(folder);
      expectRow('No space left for a report', await start(['check', '--report', `json=${join(folder, 'report.json')}`]).ended);
      expect(readdirSync(folder)).toEqual([]);
      await expectNothingLost();
    },
  );

  it('costs the report on stdout its exit code', async () => {
    expectRow('No space left for what is printed', await start(['check'], { shell: '"$@" >/dev/full' }).ended);
    await expectNothingLost();
  });

  it('costs an error its words, and not its exit code', async () => {
    expect(await start(['check', '--no-such-option'], { shell: '"$@" 2>/dev/full' }).ended).toMatchObject({ code: 2 });
  });

  it('as a limit of file sizes costs the cache, and nothing else', async () => {
    expectRow('No file may grow (ulimit -f)', await start(['check'], { shell: 'ulimit -f 0; "$@"' }).ended);
    await expectNothingLost();
  });
});

describe('a reader that goes', () => {
  it('ends the output and not the verdict', async () => {
    const ending = await start(['check'], { shell: '"$@" | head -c 10; exit "${PIPESTATUS[0]}"' }).ended;
    expect(ending.code).toBe(0);
  });
});
