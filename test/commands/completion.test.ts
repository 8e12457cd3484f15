import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/commands/command.ts';
import { completion } from '../../src/commands/completion.ts';
import { commands } from '../../src/commands/index.generated.ts';
import { invocation } from './invocation.ts';

const table: readonly Command[] = await Promise.all(commands.map((entry) => entry.load()));

async function script(shell: string): Promise<string> {
  const call = invocation([shell], {}, { cwd: '.', variables: {} });
  return (await completion.run({ ...call, environment: { ...call.environment, loadCommands: async () => table } })).stdout ?? '';
}

/** What bash offers after these words; the last one is being typed. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const line = words.map((word) => `'${word}'`).join(' ');
  const program = `${await script('bash')}\nCOMP_WORDS=(lockgate ${line}); COMP_CWORD=${words.length}; _lockgate; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', program], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe('the completion', () => {
  it('offers the commands, then the options of the command that is typed', async () => {
    expect(await offered('che')).toEqual(['check']);
    expect(await offered('check', '--ba')).toEqual(['--base']);
    expect(await offered('sbom', 'm')).toEqual(['merge']);
    expect(await offered('sbom', 'merge', '--na')).toEqual(['--name', '--name-version']);
    expect(await offered('sbom', '--en')).toEqual(['--enrich']);
    expect(await offered('check', '--base', '--po')).toEqual(['--policy']);
  });

  it.each(['bash', 'zsh', 'fish'])('names every command and every option for %s', async (shell) => {
    const text = await script(shell);
    for (const { name, options } of table) {
      for (const word of name.split(' ')) expect(text).toContain(word);
      for (const option of Object.keys(options)) expect(text).toContain(option);
    }
  });

  it('knows no other shell', async () => {
    await expect(script('cmd')).rejects.toThrow(/no completion for "cmd"/);
  });
});
