/**
 * Installs the package managers that the client tests run: the exact versions and bytes of `test/clients/versions.json`, one
 * folder each below `.cache/clients`, with no install script run. `<id>/path` holds what belongs on PATH: the client's
 * programs and the Node that it needs. What is there already is kept. Run from the repository root: `npm run clients`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pacote from 'pacote';

interface PinnedClient {
  readonly package: string;
  readonly version: string;
  readonly integrity: string;
  /** `<process.platform>-<process.arch>` where the package holds a native binary. */
  readonly platform?: string;
  /** What runs its programs: the Node of this process, or another entry of the list; absent for native programs. */
  readonly node?: string;
  /** Program to the file inside the package, and arguments that come first. */
  readonly programs: Readonly<Record<string, readonly string[]>>;
}

const root = resolve('.cache/clients');
// The list is this repository's own file.
const pinned = JSON.parse(readFileSync('test/clients/versions.json', 'utf8')) as Readonly<Record<string, PinnedClient>>;
const here = `${process.platform}-${process.arch}`;

mkdirSync(root, { recursive: true });
for (const [id, client] of Object.entries(pinned)) {
  if (client.platform !== undefined && client.platform !== here) console.log(`${id}: skipped, it is for ${client.platform} only`);
  else if (isInstalled(id, client)) console.log(`${id}: ${client.version} is there`);
  else await install(id, client);
}

/** The integrity of what was installed stands beside it, written last. */
function isInstalled(id: string, { integrity }: PinnedClient): boolean {
  const mark = join(root, id, 'integrity');
  return existsSync(mark) && readFileSync(mark, 'utf8') === integrity;
}

async function install(id: string, client: PinnedClient): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'lockgate-client-'));
  try {
    const spec = `${client.package}@${client.version}`;
    // npm itself downloads: it knows the registry, its certificates and its credentials.
    execFileSync('npm', ['pack', spec, '--silent', '--ignore-scripts', '--pack-destination', work], {
      cwd: work,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [archive = ''] = readdirSync(work);
    const fresh = join(root, `${id}.new`);
    rmSync(fresh, { recursive: true, force: true });
    await pacote.extract(`file:${join(work, archive)}`, join(fresh, 'package'), { integrity: client.integrity });
    writePrograms(id, fresh, client);
    writeFileSync(join(fresh, 'integrity'), client.integrity);
    rmSync(join(root, id), { recursive: true, force: true });
    renameSync(fresh, join(root, id));
    console.log(`${id}: ${spec} installed`);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** One small script for each program: a link would leave a client to guess its own folder and Node. */
function writePrograms(id: string, folder: string, { node, programs }: PinnedClient): void {
  const path = join(folder, 'path');
  mkdirSync(path);
  const interpreter = node === undefined ? undefined : nodeOf(node);
  if (interpreter !== undefined) symlinkSync(interpreter, join(path, 'node'));
  for (const [program, [file = '', ...first]] of Object.entries(programs)) {
    const words = [...(interpreter === undefined ? [] : [interpreter]), join(root, id, 'package', file), ...first];
    writeFileSync(join(path, program), `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`, { mode: 0o755 });
  }
}

function nodeOf(name: string): string {
  return name === 'current' ? process.execPath : join(root, name, 'package/bin/node');
}
