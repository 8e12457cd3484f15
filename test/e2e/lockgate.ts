import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { BuiltRelease } from '../loopback-registry/release.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Milliseconds. */
  readonly took: number;
}

/** A fresh folder with these files, below the system's temporary folder. */
export function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-e2e-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** What is tried: the built command, or another form of it such as the single-file build. */
const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');

/** Runs the built command as a user would: own HOME, no colours, the given registry. */
export function lockgate(
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly registry?: string;
    readonly home?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: string;
    /** Another form of the program. */
    readonly program?: string;
  },
): Promise<Outcome> {
  const home = options.home ?? mkdtempSync(join(tmpdir(), 'lockgate-home-'));
  const started = performance.now();
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [options.program ?? program, ...args], {
      cwd: options.cwd,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        NO_COLOR: '1',
        ...(options.registry === undefined ? {} : { npm_config_registry: options.registry }),
        ...options.env,
      },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.on('error', fail);
    child.on('close', (code) => done({ code, stdout, stderr, took: performance.now() - started }));
    child.stdin.end(options.stdin ?? '');
  });
}

/** A package-lock of version 3 in which the root asks for each release; `change` edits an entry before it is written. */
export function packageLock(
  releases: readonly BuiltRelease[],
  change: (entry: Record<string, unknown>, name: string) => void = () => {},
): Readonly<Record<string, string>> {
  const dependencies = Object.fromEntries(releases.map(({ options: { name, version } }) => [name, version]));
  const manifest = { name: 'shop', version: '1.0.0', dependencies };
  const packages = Object.fromEntries(
    releases.map(({ options: { name, version, scripts }, integrity, manifest: { dependencies: own } }) => {
      const entry: Record<string, unknown> = {
        version,
        integrity,
        ...(own === undefined ? {} : { dependencies: own }),
        ...(scripts === undefined ? {} : { hasInstallScript: true }),
      };
      change(entry, name);
      return [`node_modules/${name}`, entry];
    }),
  );
  return {
    'package.json': JSON.stringify(manifest, null, 2),
    'package-lock.json': JSON.stringify(
      { name: 'shop', version: '1.0.0', lockfileVersion: 3, requires: true, packages: { '': manifest, ...packages } },
      null,
      2,
    ),
  };
}
