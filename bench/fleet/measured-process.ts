import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What a process came to, and what it cost from start to exit. */
export interface MeasuredProcess {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  /** User and system time; without the last tenth of a second. */
  readonly cpuSeconds: number;
  /** The largest resident set, in MiB. */
  readonly peak: number;
}

/** Runs a program of Node with these variables and no others, in a folder, to its end. */
export function measuredProcess(
  argv: readonly string[],
  { cwd, env }: { readonly cwd?: string; readonly env: Readonly<Record<string, string>> },
): Promise<MeasuredProcess> {
  const begun = performance.now();
  const child = spawn(process.execPath, argv, { env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'], cwd });
  return new Promise((done, fail) => {
    let used = { cpuSeconds: 0, peak: 0 };
    const said: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
    const look = setInterval(() => {
      used = seenOf(child.pid) ?? used;
    }, 100);
    child.stdout.on('data', (chunk: Buffer) => said.stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => said.stderr.push(chunk));
    child.once('error', fail);
    child.once('close', (code) => {
      clearInterval(look);
      const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
      done({ code, stdout: text(said.stdout), stderr: text(said.stderr), seconds: (performance.now() - begun) / 1000, ...used });
    });
  });
}

/** What Linux tells of a process (`proc(5)`): its clock ticks a hundred times a second. Undefined once it has ended. */
function seenOf(pid: number | undefined): Pick<MeasuredProcess, 'cpuSeconds' | 'peak'> | undefined {
  try {
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number.isFinite(peak) ? { peak, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 } : undefined;
  } catch {
    return undefined;
  }
}
