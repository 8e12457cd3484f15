import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsOnDisk } from '../../src/commands/project-settings.ts';

describe('settingsOnDisk', () => {
  let top = '';
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'lockgate-settings-'));
    mkdirSync(join(top, 'packages/bakery'), { recursive: true });
    writeFileSync(join(top, 'lockgate.yaml'), 'version: 1\n');
    writeFileSync(join(top, '.npmrc'), 'fund=false\n');
    writeFileSync(join(top, 'package-lock.json'), '{}');
  });
  afterEach(() => rmSync(top, { recursive: true }));

  it('finds the policy beside a lockfile that was named itself', () => {
    expect(settingsOnDisk(top, join(top, 'package-lock.json'))).toMatchObject({ policy: { path: 'lockgate.yaml' }, npmrc: 'fund=false\n' });
  });

  it('finds the policy at the top of the repository, however the folder below was named', () => {
    mkdirSync(join(top, '.git'));
    const folder = join(top, 'packages/bakery');
    expect(settingsOnDisk(folder, folder)).toMatchObject({ policy: { path: 'lockgate.yaml' } });
    expect(settingsOnDisk(folder, folder).npmrc).toBeUndefined();
  });

  it.each(['lockgate.yaml', '.npmrc'])('refuses a %s that leads nowhere or is a folder instead of doing without it', (name) => {
    rmSync(join(top, name));
    symlinkSync(join(top, 'gone'), join(top, name));
    expect(() => settingsOnDisk(top, top)).toThrow(`${name} is there`);
    rmSync(join(top, name));
    mkdirSync(join(top, name));
    expect(() => settingsOnDisk(top, top)).toThrow(`${name} is there`);
  });

  it('takes nothing from above the repository', () => {
    const folder = join(top, 'packages/bakery');
    mkdirSync(join(folder, '.git'));
    expect(settingsOnDisk(folder, top)).toEqual({});
  });

  it('takes nothing from above the folder that was asked for where there is no repository', () => {
    const folder = join(top, 'packages');
    expect(settingsOnDisk(join(folder, 'bakery'), folder)).toEqual({});
    expect(settingsOnDisk(join(folder, 'bakery'), top)).toMatchObject({ policy: { path: 'lockgate.yaml' } });
  });
});
