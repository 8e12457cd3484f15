import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSealedFiles, type SealedFiles } from '../../src/platform/sealed-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockgate-sealed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const opened = (kind = 'letters', user = 'one'): SealedFiles =>
  openSealedFiles({ cache: join(folder, 'cache'), config: join(folder, user) }, kind);
const onlyFile = (): string => join(folder, 'cache', 'letters', readdirSync(join(folder, 'cache', 'letters'))[0] ?? '');

describe('a sealed file', () => {
  it('gives back what was written under its name, and nothing under another name, kind or key', () => {
    opened().write('to Ada', 'dear Ada');
    expect(opened().read('to Ada')).toBe('dear Ada');
    expect(opened().read('to Bob')).toBeUndefined();
    expect(opened('bills').read('to Ada')).toBeUndefined();
    expect(opened('letters', 'another').read('to Ada')).toBeUndefined();
  });

  it('does not exist once it was torn or edited', () => {
    opened().write('to Ada', 'dear Ada');
    const written = readFileSync(onlyFile(), 'utf8');
    for (const text of [written.slice(0, -1), `${written}!`, written.replace('dear', 'near'), '']) {
      writeFileSync(onlyFile(), text);
      expect(opened().read('to Ada')).toBeUndefined();
    }
  });

  it.skipIf(!existsSync('/dev/zero'))('is never a device that would not end (skipped where there is no /dev/zero)', () => {
    opened().write('to Ada', 'dear Ada');
    const file = onlyFile();
    rmSync(file);
    symlinkSync('/dev/zero', file);
    expect(opened().read('to Ada')).toBeUndefined();
  });
});
