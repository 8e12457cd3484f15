import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A scratch repository below the system's temporary folder, and a mark that nothing may ever leave. */
export interface Scratch {
  readonly root: string;
  /** A shell command that leaves the mark. */
  readonly trap: string;
  /** An executable that leaves the mark. */
  readonly trapFile: string;
  readonly isMarked: () => boolean;
  readonly git: (...args: readonly string[]) => string;
  readonly write: (path: string, content: string | Buffer) => void;
  /** Commits all files; returns the commit's id. */
  readonly commit: (message?: string) => string;
}

/** A fresh repository without commits. */
export function scratchRepository(...initOptions: readonly string[]): Scratch {
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-git-'));
  const root = join(folder, 'repository');
  mkdirSync(root);
  const mark = join(folder, 'mark');
  const trapFile = join(folder, 'trap');
  writeFileSync(trapFile, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
  const git = (...args: readonly string[]): string => runGit(root, args);
  const write = (path: string, content: string | Buffer): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  git('init', '-q', '-b', 'main', ...initOptions);
  return {
    root,
    trap: `touch '${mark}'`,
    trapFile,
    isMarked: () => existsSync(mark),
    git,
    write,
    commit: (message = 'work') => {
      git('add', '-A', '-f');
      git('commit', '-q', '--allow-empty', '-m', message);
      return git('rev-parse', 'HEAD');
    },
  };
}

/** Runs git for a test's own preparations; its output without the final line break. */
export function runGit(cwd: string, args: readonly string[], input?: string | Buffer): string {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(input === undefined ? {} : { input }),
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.org',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.org',
      GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
      GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
    },
  }).replace(/\n$/, '');
}
