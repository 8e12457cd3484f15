import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Environment } from '../../src/commands/command.ts';
import { serve } from '../../src/commands/serve.ts';
import { ask, closeAll, closeLater } from '../firewall/running.ts';
import { release } from '../loopback-registry/release.ts';
import { startRegistry } from '../loopback-registry/registry.ts';
import { parseInvocation } from '../../src/arguments.ts';
import { invocation } from './invocation.ts';

afterEach(closeAll);

interface Line {
  readonly type: string;
  readonly [field: string]: unknown;
}

function environmentIn(cwd: string, variables: Readonly<Record<string, string>>): Environment {
  return invocation([], {}, { cwd, variables: { HOME: cwd, npm_config_userconfig: join(cwd, '.npmrc'), ...variables } }).environment;
}

/** Runs the command until the test ends it; its log lines, as data. */
async function serving(
  folder: string,
  variables: Readonly<Record<string, string>>,
  options: readonly string[] = [],
): Promise<{
  readonly lines: readonly Line[];
  readonly next: (type: string, after?: number) => Promise<Line>;
  readonly stop: () => Promise<unknown>;
}> {
  const interruption = new AbortController();
  const lines: Line[] = [];
  const environment: Environment = {
    ...environmentIn(folder, { ...variables, XDG_CACHE_HOME: join(folder, 'cache'), XDG_CONFIG_HOME: join(folder, 'config') }),
    signal: interruption.signal,
    onEvent: (line) => lines.push(JSON.parse(line) as Line), // each line is one object of its own
  };
  const running = serve.run(parseInvocation(serve, ['--port', '0', ...options], environment));
  const stop = (): Promise<unknown> => {
    interruption.abort();
    return running;
  };
  closeLater(async () => void (await stop()));
  const next = async (type: string, after = 0): Promise<Line> => {
    for (;;) {
      const found = lines.slice(after).find((line) => line.type === type);
      if (found !== undefined) return found;
      await Promise.race([running, new Promise((resolve) => setTimeout(resolve, 10))]);
    }
  };
  return { lines, next, stop };
}

it('serves until it is asked to end, tells what it does, and reads its policy again on SIGHUP', async () => {
  const registry = await startRegistry([
    release({ name: 'left-pad', version: '1.0.0' }),
    release({ name: 'left-pad', version: '1.1.0', publishedAt: new Date(Date.now() - 3_600_000).toISOString() }),
  ]);
  closeLater(registry.close);
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-serve-'));
  writeFileSync(join(folder, 'lockgate.yaml'), 'version: 1\n');
  const { lines, next, stop } = await serving(folder, { npm_config_registry: registry.url });
  const origin = String((await next('listening'))['origin']);
  const versions = async (): Promise<readonly string[]> => Object.keys((await ask({ origin }, '/left-pad')).json()['versions'] ?? {});
  expect(await versions()).toEqual(['1.0.0']);
  expect(await next('decision')).toMatchObject({ name: 'left-pad', version: '1.1.0', action: 'hidden', rules: ['release-age/too-new'] });
  expect(await next('request')).toMatchObject({ method: 'GET', path: '/left-pad', status: 200, client: '127.0.0.1' });

  writeFileSync(join(folder, 'lockgate.yaml'), 'version: 1\nrules:\n  release-age/too-new: note\n');
  process.emit('SIGHUP', 'SIGHUP');
  await next('reloaded');
  expect(await versions()).toEqual(['1.0.0', '1.1.0']);
  writeFileSync(join(folder, 'lockgate.yaml'), 'version: one\n');
  const before = lines.length;
  process.emit('SIGHUP', 'SIGHUP');
  expect(String((await next('trouble', before))['what'])).toMatch(/^the old policy goes on: .*lockgate\.yaml:1/);
  expect(await versions()).toEqual(['1.0.0', '1.1.0']);

  expect(await stop()).toEqual({ exitCode: 0 });
  expect(lines.at(-1)?.type).toBe('stopped');
  await expect(ask({ origin }, '/-/ping')).rejects.toThrow('ECONNREFUSED');
});

it('does not start where others could reach it without a token, or with options that it cannot use', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-serve-'));
  const environment = environmentIn(folder, {});
  const run = (options: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<unknown> =>
    Promise.resolve().then(() =>
      serve.run(parseInvocation(serve, options, { ...environment, variables: { ...environment.variables, ...variables } })),
    );
  await expect(run(['--port', '0', '--host', '0.0.0.0'])).rejects.toThrow('clients have to present a token');
  await expect(run(['--port', '99999'])).rejects.toThrow('--port needs a number');
  await expect(run(['--public-url', 'ftp://x'])).rejects.toThrow('--public-url needs');
  await expect(run(['--port', '0'], { LOCKGATE_TOKEN: '' })).rejects.toThrow('LOCKGATE_TOKEN is empty');
  await expect(run(['--port', '0', '--policy', 'missing.yaml'])).rejects.toThrow('there is no policy file');
});
