/**
 * What `lockgate exec` costs: npm installs of 50 and of 400 packages from a registry on loopback, directly and behind the gate, with
 * nothing remembered, and the lockfile once more with everything remembered.
 *   npm run -s build && npm run -s tools && node .tools/bench/exec.js [--packages 50,400] [--rounds 3] [--lockgate bin/lockgate.js]
 * Prints one line for each: the medians of the wall times, and their ratio.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import type { ExpectedPackage } from './firewall-upstream.ts';

const { values } = parseArgs({
  options: {
    packages: { type: 'string', default: '50,400' },
    rounds: { type: 'string', default: '3' },
    lockgate: { type: 'string', default: 'bin/lockgate.js' },
  },
});
const lockgate = resolve(values.lockgate);
const base = mkdtempSync(join(tmpdir(), 'lockgate-bench-exec-'));
const upstream = spawn(process.execPath, [resolve('.tools/bench/firewall-upstream.js')], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  const { origin, expected } = await announced(upstream);
  const good = expected.filter(({ isRefused }) => !isRefused);
  for (const count of values.packages.split(',').map(Number)) await compare(origin, good.slice(0, count));
} finally {
  upstream.kill();
  rmSync(base, { recursive: true, force: true, maxRetries: 3 });
}

async function compare(origin: string, packages: readonly ExpectedPackage[]): Promise<void> {
  const times = { direct: [] as number[], exec: [] as number[], directAgain: [] as number[], execAgain: [] as number[] };
  for (let round = 0; round < Number(values.rounds); round++) {
    const [bare, gated] = [
      project(`bare-${packages.length}-${round}`, origin, packages),
      project(`gated-${packages.length}-${round}`, origin, packages),
    ];
    times.direct.push(await timed(['npm', 'install'], bare));
    times.exec.push(await timed([process.execPath, lockgate, 'exec', '--', 'npm', 'install'], gated));
    times.directAgain.push(await timed(['npm', 'ci'], bare));
    times.execAgain.push(await timed([process.execPath, lockgate, 'exec', '--', 'npm', 'ci'], gated));
  }
  show(`npm install of ${packages.length} packages, nothing remembered`, times.direct, times.exec);
  show(`npm ci of ${packages.length} packages, everything remembered`, times.directAgain, times.execAgain);
}

function show(what: string, direct: readonly number[], exec: readonly number[]): void {
  const [one, other] = [median(direct), median(exec)];
  console.log(`${what}: direct ${(one / 1000).toFixed(2)} s, exec ${(other / 1000).toFixed(2)} s, ratio ${(other / one).toFixed(2)}`);
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

interface BenchProject {
  readonly folder: string;
  readonly home: string;
}

function project(name: string, origin: string, packages: readonly ExpectedPackage[]): BenchProject {
  const [folder, home] = [join(base, name, 'shop'), join(base, name, 'home')];
  for (const path of [folder, home]) mkdirSync(path, { recursive: true });
  const dependencies = Object.fromEntries(packages.map(({ name: key, version }) => [key, version]));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', version: '1.0.0', dependencies }));
  // The packages are made up: what they lack says nothing about the gate.
  writeFileSync(join(folder, 'lockgate.yaml'), 'version: 1\n');
  writeFileSync(join(home, '.npmrc'), `registry=${origin}/\naudit=false\nfund=false\nupdate-notifier=false\n`);
  return { folder, home };
}

function timed([file = '', ...args]: readonly string[], { folder, home }: BenchProject): Promise<number> {
  const started = performance.now();
  return new Promise((done, fail) => {
    const child = spawn(file, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: home, CI: 'true' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString('utf8')));
    child.on('error', fail);
    child.on('close', (code) =>
      code === 0 ? done(performance.now() - started) : fail(new Error(`${args.join(' ')} ended with ${code}: ${complaint.slice(-2000)}`)),
    );
  });
}

async function announced(child: ChildProcess): Promise<{ readonly origin: string; readonly expected: readonly ExpectedPackage[] }> {
  if (child.stdout === null) throw new Error('the registry has no output');
  for await (const line of createInterface({ input: child.stdout }))
    // What it prints itself.
    if (line.startsWith('{"origin"')) return JSON.parse(line) as { origin: string; expected: readonly ExpectedPackage[] };
  throw new Error('the registry has not started');
}
