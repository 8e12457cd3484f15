import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { watchLooks } from '../../src/platform/looks.ts';
import type { NpmrcInput } from '../../src/platform/npmrc-levels.ts';
import { loadNpmRouting, type NpmRouting } from '../../src/platform/npmrc-routing.ts';
import { openSealedFiles } from '../../src/platform/sealed-files.ts';

let home: string;
let written: number;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lockgate-routing-'));
  written = 0;
  writeFileSync(join(home, '.npmrc'), '@acme:registry=https://npm.acme.example/\n//npm.acme.example/:_authToken=s3cret\n');
  return () => rmSync(home, { recursive: true, force: true });
});

const load = (over: Partial<NpmrcInput> = {}, tool = 'one'): Promise<NpmRouting> => {
  const files = openSealedFiles({ cache: join(home, 'cache'), config: join(home, 'config') }, 'npm-configuration');
  const counting = { ...files, write: (name: string, text: string) => ((written += 1), files.write(name, text)) };
  return loadNpmRouting({ env: { HOME: home, npm_config_registry: 'https://registry.example/' }, ...over }, counting, tool);
};
const data = (npm: NpmRouting): unknown => ({ ...npm, connection: undefined });

describe("npm's configuration, remembered", () => {
  it('is what it was, read once, and knows its credentials when they are needed', async () => {
    const first = await load();
    const second = await load();
    expect(data(second)).toEqual(data(first));
    expect(second.scopes.get('@acme')).toEqual({ value: 'https://npm.acme.example/', level: 'user' });
    expect(written).toBe(1);
    expect((await second.connection()).authorizationFor(new URL('https://npm.acme.example/x'))).toBe('Bearer s3cret');
  });

  it('keeps no credentials', async () => {
    await load();
    const [file = ''] = readdirSync(join(home, 'cache', 'npm-configuration'));
    expect(readFileSync(join(home, 'cache', 'npm-configuration', file), 'utf8')).not.toContain('s3cret');
  });

  it.each<readonly [string, () => Promise<NpmRouting>]>([
    ["the user's file", async () => (writeFileSync(join(home, '.npmrc'), '@acme:registry=https://other.example/\n'), load())],
    ["the user's file, which went", async () => (rmSync(join(home, '.npmrc')), load())],
    ["the project's file", () => load({ projectText: '@acme:registry=https://other.example/\n' })],
    ['a variable', () => load({ env: { HOME: home, npm_config_registry: 'https://other.example/' } })],
    ['the tool', () => load({}, 'two')],
  ])('is read again after a change of %s', async (_what, change) => {
    await load();
    await change();
    expect(written).toBe(2);
  });

  it('is read again where somebody else wrote what is remembered', async () => {
    await load();
    const [file = ''] = readdirSync(join(home, 'cache', 'npm-configuration'));
    const path = join(home, 'cache', 'npm-configuration', file);
    writeFileSync(path, readFileSync(path, 'utf8').replace('npm.acme.example', 'npm.evil.example'));
    expect((await load()).scopes.get('@acme')?.value).toBe('https://npm.acme.example/');
  });

  it('counts as looked at for a verdict that rests on it, remembered or not', async () => {
    const paths = async (): Promise<readonly string[]> => ((await watchLooks(() => load())).looks ?? []).map(([, path]) => path);
    const first = await paths();
    expect(first).toContain(join(home, '.npmrc'));
    expect(await paths()).toEqual(first);
  });
});
