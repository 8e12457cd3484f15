import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { NotHere } from './goal.ts';

/** A line between client and registry: round-trip milliseconds and megabits per second; nothing for loopback. */
export interface Line {
  readonly latency: number;
  readonly mbps: number;
}

/** The data that the replay registry is built from holds its port, so it has one of its own: the build is kept between runs. */
const replayPort = 4883;

/**
 * Runs with the replay registry (all three lockfiles) as a process of its own, so that nothing of it counts as a client's cost.
 * @param replay its folder
 */
export async function withReplay<T>(replay: string, line: Line | undefined, run: (origin: string) => Promise<T> | T): Promise<T> {
  if (!(await isFree(replayPort))) throw new NotHere(`port ${replayPort} is taken`);
  const work = resolve('.cache/bench/replay');
  mkdirSync(work, { recursive: true });
  const limits = line === undefined ? [] : ['--latency', String(line.latency), '--mbps', String(line.mbps)];
  const server = join(replay, 'server.mjs');
  const argv = ['--max-old-space-size=4000', server, '--set', 'p2000', '--port', String(replayPort), '--work', work, ...limits];
  return withServer(argv, () => run(`http://127.0.0.1:${replayPort}`));
}

/** Runs with a registry of generated packages; see `bench/generate-registry.ts`. */
export function withGenerated<T>(options: readonly string[], run: (origin: string) => Promise<T> | T): Promise<T> {
  return withServer([resolve('.tools/bench/generate-registry.js'), ...options], run);
}

/** Starts a server, waits for the first line it prints (the address is the first URL in it), runs, and ends it by its own process id. */
async function withServer<T>(argv: readonly string[], run: (origin: string) => Promise<T> | T): Promise<T> {
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    return await run(await addressOf(child));
  } finally {
    // The next one may want the same port.
    await ended(child);
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('exit', () => done());
    child.kill();
  });
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
      const address = /https?:\/\/[\w.]+:\d+(?=\D)/.exec(printed)?.[0];
      if (address !== undefined) done(address);
    });
    child.on('error', fail);
    child.on('exit', (code) => fail(new Error(`the registry ended with ${code} before it listened`)));
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

/** Writes a workload's `package.json` and `package-lock.json` into a new folder, which it answers. */
export function unpackWorkload(replay: string, name: string, { folder, origin }: { folder: string; origin: string }): string {
  const place = join(folder, name);
  const { status, stderr } = spawnSync(process.execPath, [join(replay, 'yardstick.mjs'), 'unpack', name, place, origin]);
  if (status !== 0) throw new Error(`the workload ${name} cannot be unpacked: ${String(stderr)}`);
  return place;
}
