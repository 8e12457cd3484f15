import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { NotHere, type PeerName } from './goal.ts';

/** Exact versions: a comparison is with a release, not with whatever is newest. */
const peers: Readonly<Record<PeerName, { readonly package: string; readonly version: string; readonly program: string }>> = {
  pnpm: { package: 'pnpm', version: '12.21.0', program: 'pnpm' },
  npm: { package: 'npm', version: '11.21.2', program: 'npm' },
  'cyclonedx-npm': { package: '@cyclonedx/cyclonedx-npm', version: '6.0.1', program: 'cyclonedx-npm' },
};

/** Path of a peer's program, installed on first use into `.cache/bench/peers`, without install scripts. */
export function peerProgram(name: PeerName): string {
  const { package: wanted, version, program } = peers[name];
  const folder = resolve('.cache/bench/peers', name);
  if (installedVersion(folder, wanted) !== version) install(folder, `${wanted}@${version}`);
  // pnpm's entry is a placeholder until its install script puts the native program there; the program itself is a package of its own.
  const native = join(folder, 'node_modules', '@pnpm', `exe.${process.platform}-${process.arch}`, 'pnpm');
  return name === 'pnpm' && existsSync(native) ? native : join(folder, 'node_modules', '.bin', program);
}

/** What the table calls a peer. */
export function peerLabel(name: PeerName): string {
  return `${peers[name].program} ${peers[name].version}`;
}

function install(folder: string, spec: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const { status, stderr } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', spec], { cwd: folder });
  if (status !== 0) throw new NotHere(`${spec} cannot be installed: ${String(stderr).split('\n')[0]}`);
}

function installedVersion(folder: string, name: string): string | undefined {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  if (!existsSync(manifest)) return undefined;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version; // npm has written it
}
