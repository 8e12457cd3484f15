/**
 * A small hostile world for package managers: a loopback registry whose bad packages leave a mark when any code of theirs runs.
 *
 *   const world = await startWorld();
 *   const project = world.project({ evil: '^1.0.0' });
 *   const outcome = await world.run('npm10', ['npm', 'install'], project);      // the client as it is
 *   world.marks();                                                              // what ran, '' for nothing
 *   world.traces(project, 'evil');                                              // files that hold evil's bytes
 *   await world.close();
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LoopbackRegistry, RegistryOptions } from '../loopback-registry/registry.ts';
import { startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { type InstalledClient, pathOf, programOf } from './installed.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly took: number;
}

/** A folder with a manifest, and the HOME and caches of the person who works in it. */
export interface Project {
  readonly folder: string;
  readonly home: string;
}

export interface World {
  readonly registry: LoopbackRegistry;
  /** A fresh project with these dependencies and further files; its policy is `policy`. */
  readonly project: (dependencies: Readonly<Record<string, string>>, files?: Readonly<Record<string, string>>) => Project;
  /** Runs a client directly, with its own HOME. `command` begins with the program. */
  readonly run: (
    client: InstalledClient,
    command: readonly string[],
    project: Project,
    variables?: Readonly<Record<string, string>>,
  ) => Promise<Outcome>;
  /** Runs it under `lockgate exec`; `options` are exec's own. */
  readonly exec: (
    client: InstalledClient,
    command: readonly string[],
    project: Project,
    options?: readonly string[],
    variables?: Readonly<Record<string, string>>,
  ) => Promise<Outcome>;
  /** What code of bad packages has written since the last `clearMarks`. */
  readonly marks: () => string;
  readonly clearMarks: () => void;
  /** Files below the project and its HOME that hold the contents of a bad version, by what they contain: `evil@1.1.0`. */
  readonly traces: (project: Project, label: string) => readonly string[];
  /** The same, below the project and lockgate's own caches alone: what a gated run may have brought, whatever the person's own caches hold. */
  readonly landed: (project: Project, label: string) => readonly string[];
  /** Requests that a client made at the registry itself, as `agent path`: past the gate. */
  readonly strangers: () => readonly string[];
  readonly close: () => Promise<void>;
}

const day = 86_400_000;

/** Rules that make the world small: nothing in it is popular, signed by builds, or older than it needs to be. */
export const policy = `version: 1
rules:
  standing/low: off
  slopsquat/unknown-and-young: off
  typosquat/imitates: off
  typosquat/resembles: off
`;

/** Every package carries `payload:<name>@<version>` in a file of its own, so that its bytes can be found anywhere. */
export function hostileReleases(mark: string, now: number): readonly BuiltRelease[] {
  const touch = (label: string): string => `node -e "require('fs').appendFileSync('${mark}','${label};')"`;
  const old = new Date(now - 900 * day).toISOString();
  const young = new Date(now - day / 24).toISOString();
  const packed = (name: string, version: string, further: Partial<Parameters<typeof release>[0]>): BuiltRelease =>
    release({
      name,
      version,
      publishedAt: old,
      ...further,
      files: { 'index.js': 'module.exports = {};\n', 'payload.txt': payload(name, version), ...further.files },
    });
  return [
    packed('good', '1.0.0', {}),
    packed('good', '1.2.0', {}),
    packed('helper', '1.0.0', { dependencies: { good: '^1.0.0' } }),
    packed('tool', '1.0.0', { bin: { tool: 'cli.js' }, files: { 'cli.js': '#!/usr/bin/env node\nconsole.log("tool ran");\n' } }),
    packed('create-app', '1.0.0', {
      bin: { 'create-app': 'cli.js' },
      files: { 'cli.js': '#!/usr/bin/env node\nconsole.log("created");\n' },
    }),
    packed('@acme/lib', '1.0.0', {}),
    packed('evil', '1.0.0', { bin: { evil: 'cli.js' }, files: { 'cli.js': '#!/usr/bin/env node\nconsole.log("evil 1.0.0 ran");\n' } }),
    packed('evil', '1.1.0', {
      publishedAt: young,
      bin: { evil: 'cli.js' },
      scripts: { preinstall: touch('evil preinstall'), install: touch('evil install'), postinstall: touch('evil postinstall') },
      files: { 'cli.js': `#!/usr/bin/env node\nrequire('fs').appendFileSync('${mark}', 'evil bin;');\n` },
    }),
    packed('mid', '1.0.0', { dependencies: { evil: '^1.0.0' } }),
    packed('pinned', '1.0.0', { dependencies: { evil: '1.1.0' } }),
    packed('confused', '1.0.0', {
      tarballManifest: { scripts: { preinstall: touch('confused preinstall'), postinstall: touch('confused postinstall') } },
    }),
    packed('gyp', '1.0.0', {
      files: {
        'binding.gyp': `{ "targets": [{ "target_name": "x", "sources": [ "<!(node -e \\"require('fs').appendFileSync('${mark}','gyp;')\\" && echo x.c)" ] }] }\n`,
      },
    }),
    packed('onlyfresh', '1.0.0', { publishedAt: young }),
    packed('onlyfresh', '1.0.1', { publishedAt: young }),
  ];
}

function payload(name: string, version: string): string {
  return `payload:${createHash('sha256').update(`${name}@${version}`).digest('hex')}\n`;
}

function payloadOf(label: string): string {
  const [, name = '', version = ''] = /^(.+)@([^@]+)$/.exec(label) ?? [];
  return payload(name, version).trim();
}

export async function startWorld(options: RegistryOptions & { readonly further?: readonly BuiltRelease[] } = {}): Promise<World> {
  const base = mkdtempSync(join(tmpdir(), 'lockgate-world-'));
  const mark = join(base, 'marks');
  const registry = await startRegistry([...hostileReleases(mark, Date.now()), ...(options.further ?? [])], options);
  let count = 0;

  const project: World['project'] = (dependencies, files = {}) => {
    const folder = join(base, `project-${++count}`, 'shop');
    const home = join(base, `project-${count}`, 'home');
    mkdirSync(home, { recursive: true });
    const all = {
      'package.json': `${JSON.stringify({ name: 'shop', version: '1.0.0', private: true, dependencies }, null, 2)}\n`,
      'lockgate.yaml': policy,
      ...files,
    };
    for (const [path, content] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    // A person's own settings, where each client looks for its registry.
    writeFileSync(join(home, '.npmrc'), `registry=${registry.url}\nupdate-notifier=false\n`);
    writeFileSync(
      join(home, '.yarnrc.yml'),
      `npmRegistryServer: "${registry.url.slice(0, -1)}"\nunsafeHttpWhitelist:\n  - 127.0.0.1\nenableTelemetry: false\n`,
    );
    writeFileSync(join(home, '.bunfig.toml'), `[install]\nregistry = "${registry.url}"\n`);
    return { folder, home };
  };

  const environment = (client: InstalledClient, { home }: Project): Record<string, string> => ({
    PATH: [pathOf(client), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
    HOME: home,
    TMPDIR: made(join(home, 'tmp')),
    NO_COLOR: '1',
    CI: 'true',
    LC_ALL: 'C.UTF-8',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
  });

  return {
    registry,
    project,
    run: (client, [program = programOf(client), ...args], at, variables = {}) =>
      finished(join(pathOf(client), program), args, at.folder, { ...environment(client, at), ...variables }),
    exec: (client, command, at, own = [], variables = {}) =>
      finished(process.execPath, [resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js'), 'exec', ...own, '--', ...command], at.folder, {
        ...environment(client, at),
        ...variables,
      }),
    marks: () => (existsSync(mark) ? readFileSync(mark, 'utf8') : ''),
    clearMarks: () => rmSync(mark, { force: true }),
    traces: (at, label) => filesWith(dirname(at.folder), payloadOf(label)),
    landed: (at, label) => [at.folder, made(join(at.home, '.cache/lockgate'))].flatMap((folder) => filesWith(folder, payloadOf(label))),
    strangers: () =>
      registry.requests.flatMap(({ headers, path }) => {
        const agent = headers['user-agent'] ?? '';
        return agent === 'lockgate' ? [] : [`${agent} ${path}`];
      }),
    close: async () => {
      await registry.close();
      rmSync(base, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Every file below a folder whose bytes hold a text, as they are or inside gzip or a zip with stored or deflated entries. */
function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      if (bytes.includes(text)) return true;
      if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return false;
      return unpacked(bytes).includes(text);
    });
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    // It only looks like an archive.
    return Buffer.alloc(0);
  }
}

function finished(file: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  const started = performance.now();
  return new Promise((done, fail) => {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr, took: performance.now() - started }));
  });
}
