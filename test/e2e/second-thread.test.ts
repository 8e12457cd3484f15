import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { lockgate, packageLock, project } from './lockgate.ts';
import { many, watchThreads } from './threads.ts';

let registry: LoopbackRegistry;
let cwd: string;
beforeAll(async () => {
  registry = await startRegistry(many);
  cwd = project(packageLock(many));
});
afterAll(() => registry.close());

describe.skipIf(availableParallelism() < 2)(
  'a run with many packages (skipped on one core, where there is no second thread)',
  { timeout: 60_000 },
  () => {
    it('reads documents on a second thread, and reports what one thread would', async () => {
      const [beside, alone] = [watchThreads(), watchThreads('start')];
      const shared = await lockgate(['check', '--format', 'json'], { cwd, registry: registry.url, env: beside.env });
      const single = await lockgate(['check', '--format', 'json'], { cwd, registry: registry.url, env: alone.env });
      expect(beside.seen().started).toBe(1);
      expect(beside.seen().answered).toBeGreaterThan(10);
      expect(alone.seen()).toMatchObject({ started: 0, answered: 0 });
      expect(shared.stderr).toBe(single.stderr);
      expect({ ...JSON.parse(shared.stdout), now: '' }).toEqual({ ...JSON.parse(single.stdout), now: '' });
    });

    it('reads what a thread that dies has not answered', async () => {
      const dying = watchThreads('die');
      const outcome = await lockgate(['check'], { cwd, registry: registry.url, env: dying.env });
      expect(dying.seen().started).toBe(1);
      expect(dying.seen().answered).toBeGreaterThanOrEqual(3);
      expect(outcome.stdout).toBe((await lockgate(['check'], { cwd, registry: registry.url })).stdout);
      expect(outcome.stdout).toMatch(/, 0 inconclusive, /);
    });

    it('waits for a thread that does not answer until the deadline, and calls the rest inconclusive', async () => {
      const { env, seen } = watchThreads('deaf');
      const outcome = await lockgate(['check', '--timeout', '2'], { cwd, registry: registry.url, env });
      expect(outcome.code).toBe(3);
      expect(outcome.stdout).toMatch(/INCONCLUSIVE/);
      expect(outcome.took).toBeLessThan(15_000);
      expect(seen()).toMatchObject({ started: 1, answered: 0 });
    });

    it('ends at once when it is interrupted while it waits for the thread', async () => {
      const { env, seen } = watchThreads('deaf');
      const child = spawn(process.execPath, [resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js'), 'check'], {
        cwd,
        env: { PATH: '', HOME: mkdtempSync(join(tmpdir(), 'lockgate-home-')), npm_config_registry: registry.url, ...env },
      });
      let stderr = '';
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
      while (seen().started === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      const interrupted = performance.now();
      child.kill('SIGINT');
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(code).toBe(2);
      expect(stderr).toContain('interrupted; nothing was decided');
      expect(performance.now() - interrupted).toBeLessThan(5_000);
    });

    it('starts no thread for a few packages, nor where all is remembered', async () => {
      const few = many.slice(0, 150);
      const small = watchThreads();
      await lockgate(['check'], { cwd: project(packageLock(few)), registry: registry.url, env: small.env });
      const home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
      await lockgate(['check'], { cwd, registry: registry.url, home });
      const warm = watchThreads();
      // Another command line: the verdict is new, and every fact is known.
      await lockgate(['check', '--format', 'json'], { cwd, registry: registry.url, home, env: warm.env });
      expect([small.seen().started, warm.seen().started]).toEqual([0, 0]);
    });
  },
);
