import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseInvocation } from '../../src/arguments.ts';
import type { CommandResult, Environment } from '../../src/commands/command.ts';
import { names } from '../../src/commands/names.ts';
import { milliseconds } from '../../src/model/units.ts';

function run(argv: readonly string[], stdin = '', now = '2026-04-01T00:00:00Z'): Promise<CommandResult> {
  const environment: Environment = {
    cwd: '/',
    variables: {},
    now: milliseconds(Date.parse(now)),
    isInteractive: false,
    isColoured: false,
    width: 0,
    loadCommands: async () => [],
    readStdin: async () => stdin,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onEvent: () => undefined,
  };
  return names.run(parseInvocation(names, argv, environment));
}

describe('lockgate names', () => {
  it('blocks an imitation and names what was meant', async () => {
    const { exitCode, stdout, stderr } = await run(['crpyto-js', 'lodash']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^block {2}crpyto-js {2}swaps two neighbouring letters of crypto-js .*; did you mean crypto-js\?$/m);
    expect(stdout).toMatch(/^none {3}lodash {5}about 400,000,000 downloads a month$/m);
    expect(stderr).toBeUndefined();
  });

  it('passes what merely resembles another name, unless asked to be strict', async () => {
    expect((await run(['easy-day-js'])).exitCode).toBe(0);
    expect((await run(['easy-day-js', '--strict'])).exitCode).toBe(1);
  });

  it('reads names from standard input, without their versions and with aliases resolved', async () => {
    const { stdout } = await run(['--format', 'json'], 'left-pad@1.3.0\r\n\n@babel/core@^7\nreact-17@npm:react@17\n');
    const { names: answers } = JSON.parse(stdout ?? '') as { readonly names: readonly { readonly name: string }[] }; // our own output
    expect(answers.map((answer) => answer.name)).toEqual(['left-pad', '@babel/core', 'react']);
  });

  it('takes an alias name without its target for what it is', async () => {
    expect((await run(['react-17'])).stdout).toMatch(/^block {2}react-17 {2}is an alias form.* react /m);
  });

  it('never writes hidden characters to the terminal', async () => {
    const { exitCode, stdout } = await run([], 'left\u{202e}dap\n\u{1b}[2Kx\n');
    expect(exitCode).toBe(1);
    expect(stdout).not.toMatch(/[\u{202e}\u{1b}]/u);
  });

  it('says when the list is old', async () => {
    expect((await run(['lodash'], '', '2026-11-25T00:00:00Z')).stderr).toMatch(/counted on 2026-03-01, 8 months ago/);
  });

  it('refuses no names, an unknown format, and a folder that holds no list', async () => {
    await expect(run([], '\n')).rejects.toMatchObject({ code: 'usage' });
    await expect(run(['lodash', '--format', 'yaml'])).rejects.toMatchObject({ code: 'usage' });
    const folder = mkdtempSync(join(tmpdir(), 'lockgate-names-'));
    try {
      writeFileSync(join(folder, 'manifest.json'), '{"version":9}');
      await expect(run(['lodash', '--list', folder])).rejects.toMatchObject({ code: 'configuration-invalid' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
