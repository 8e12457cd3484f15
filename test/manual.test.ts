import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from '../src/commands/index.generated.ts';

const page = readFileSync('docs/lockgate.1', 'utf8');
const hasGroff = spawnSync('groff', ['--version']).status === 0;

describe('the manual page', () => {
  it('names every command', () => {
    for (const { name } of commands) expect(page).toContain(`.SS lockgate ${name.replaceAll('-', '\\-')}`);
  });

  // Where groff is not installed, this is skipped.
  it.skipIf(!hasGroff)('is read by groff without a warning', () => {
    const read = spawnSync('groff', ['-man', '-Tutf8', '-ww'], { input: page, encoding: 'utf8' });
    expect(read).toMatchObject({ status: 0, stderr: '' });
    expect(read.stdout).toMatch(/EXIT STATUS|E.*X.*I.*T/);
  });
});
