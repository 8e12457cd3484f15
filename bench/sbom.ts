/**
 * What an SBOM costs, as a whole process, against `node -e 0`, the floor (parse the lockfile, stringify it) and other tools:
 *   node .tools/bench/sbom.js [--rounds N] [--peers DIR] [--flags NODE_FLAGS]
 * DIR is a folder with `node_modules/.bin/cyclonedx-npm` or `cdxgen`; npm itself is always compared. Needs `npm run build`.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { MeasuredCommand, Measurements } from './measure.ts';
import { measureInTurns, medianCost, medianRatio } from './measure.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, peers: { type: 'string' }, flags: { type: 'string', default: '' } },
});

const projects = [
  {
    name: 'knip-v3',
    lockfile: '../shared/corpus/lockfiles/knip-v3/package-lock.json.gz',
    manifest: '../shared/corpus/lockfiles/knip-v3/package.json',
  },
  { name: 's2000', lockfile: '../shared/replay/lockfiles/s2000.json.gz', manifest: '../shared/replay/lockfiles/s2000.package.json' },
];

const work = mkdtempSync(join(tmpdir(), 'lockgate-bench-sbom-'));
try {
  if (!existsSync('dist/cli.js')) throw new Error('dist/cli.js is missing: run npm run build first');
  for (const project of projects) {
    if (!existsSync(project.lockfile)) {
      console.log(`${project.name}: skipped, there is no ${project.lockfile}`);
      continue;
    }
    const folder = unpack(project);
    print(project.name, measureInTurns(commandsFor(folder), Number(values.rounds)));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Puts a project into the work folder, with a registry in place of the token that the data has for it. */
function unpack({ name, lockfile, manifest }: (typeof projects)[number]): string {
  const folder = join(work, name);
  mkdirSync(folder);
  const text = gunzipSync(readFileSync(lockfile)).toString('utf8').replaceAll('{{REGISTRY}}', 'https://registry.example');
  writeFileSync(join(folder, 'package-lock.json'), text);
  writeFileSync(join(folder, 'package.json'), readFileSync(manifest));
  return folder;
}

function commandsFor(folder: string): readonly MeasuredCommand[] {
  const lockfile = join(folder, 'package-lock.json');
  const output = join(folder, 'out');
  const node = process.execPath;
  const flags = values.flags === '' ? [] : values.flags.split(' ');
  const floor = `const fs=require('fs');fs.writeFileSync(${JSON.stringify(output)},JSON.stringify(JSON.parse(fs.readFileSync(${JSON.stringify(lockfile)},'utf8'))))`;
  const lockgate = (...options: readonly string[]): readonly [string, ...string[]] => [node, ...flags, resolve('bin/lockgate.js'), 'sbom', folder, '-o', output, ...options]; // prettier-ignore
  const commands: MeasuredCommand[] = [
    { name: 'node -e 0', argv: [node, '-e', '0'] },
    { name: 'floor', argv: [node, '-e', floor] },
    { name: 'lockgate json', argv: lockgate('--no-validate') },
    { name: 'lockgate json, validated', argv: lockgate() },
  ];
  const optional: readonly MeasuredCommand[] = [
    { name: 'lockgate xml', argv: lockgate('--format', 'cyclonedx-xml') },
    { name: 'lockgate spdx', argv: lockgate('--format', 'spdx-json') },
    { name: 'npm sbom', argv: ['npm', 'sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--legacy-peer-deps'], cwd: folder },
    ...peersFor(folder),
  ];
  return [...commands, ...optional.filter(runs)];
}

function peersFor(folder: string): readonly MeasuredCommand[] {
  if (values.peers === undefined) return [];
  const bin = resolve(values.peers, 'node_modules', '.bin');
  const output = join(folder, 'peer.json');
  return [
    { name: 'cyclonedx-npm', argv: [join(bin, 'cyclonedx-npm'), '--package-lock-only', '-o', output], cwd: folder },
    { name: 'cdxgen', argv: [join(bin, 'cdxgen'), '-t', 'npm', '--no-install-deps', '-o', output], cwd: folder },
  ];
}

/** A tool that is absent, or that refuses this lockfile, is named and left out. */
function runs(command: MeasuredCommand): boolean {
  try {
    measureInTurns([command], 0);
    return true;
  } catch (error) {
    console.log(`${command.name}: left out, ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    return false;
  }
}

function print(project: string, measurements: Measurements): void {
  console.log(`\n${project}, Node ${process.version}, medians of ${values.rounds} rounds`);
  console.log('| | CPU ms | CPU to floor | CPU to node | wall to node | peak MiB |');
  console.log('| --- | --- | --- | --- | --- | --- |');
  for (const name of measurements.keys()) {
    const cells = [
      medianCost(measurements, name, 'cpuMilliseconds').toFixed(0),
      medianRatio(measurements, name, 'floor', 'cpuMilliseconds').toFixed(2),
      medianRatio(measurements, name, 'node -e 0', 'cpuMilliseconds').toFixed(2),
      medianRatio(measurements, name, 'node -e 0', 'wallMilliseconds').toFixed(2),
      medianCost(measurements, name, 'peakMebibytes').toFixed(0),
    ];
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}
