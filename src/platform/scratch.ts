import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Variables } from './client-process.ts';

/** A folder of this run alone, gone when the work is done, however it ends. */
export async function withScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'lockgate-doctor-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Writes files below a folder, whatever folders they need. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Copies a folder as it is; nothing where there is none. */
export function copyFolder(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}

/** Whether anything is at a path, links followed. */
export function fileExists(file: string): boolean {
  return existsSync(file);
}

/** Files below a folder whose bytes hold a text, as they are or behind gzip. */
export function filesHolding(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const bytes = readFileSync(file);
      return bytes.includes(text) || (bytes[0] === 0x1f && bytes[1] === 0x8b && unpacked(bytes).includes(text));
    });
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: 64 * 1024 * 1024 });
  } catch {
    // It only looks like an archive; what a client keeps in its own format is found by its name in the project.
    return Buffer.alloc(0);
  }
}

export interface ScratchRun {
  /** 128 and the signal's number where a signal ended it. */
  readonly code: number;
  readonly output: string;
  /** Milliseconds. */
  readonly took: number;
}

const mostOutput = 200_000;

/** Runs a program with nothing on stdin, and ends it with all that it started after `limit` milliseconds or when `signal` is aborted. */
export function runInScratch(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly variables: Variables; readonly limit: number; readonly signal: AbortSignal },
): Promise<ScratchRun> {
  const started = performance.now();
  return new Promise((done, fail) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.variables,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      if (output.length < mostOutput) output += chunk.toString('utf8');
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const end = (): void => endGroup(child.pid);
    const timer = setTimeout(end, options.limit);
    options.signal.addEventListener('abort', end, { once: true });
    const release = (): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', end);
    };
    child.on('error', (error) => {
      release();
      fail(error);
    });
    child.on('close', (code) => {
      release();
      done({ code: code ?? 128, output, took: performance.now() - started });
    });
  });
}

/** A client starts further processes: its whole group goes. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
