import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { licences } from '../../src/commands/licences.ts';
import { notices } from '../../src/commands/notices.ts';
import { invocation } from './invocation.ts';

const terms = 'Copyright (c) Ada\n\nPermission is granted <to all>.\n';

/** A project whose lockfile knows some licences and whose installed copies know one more. */
const files: Readonly<Record<string, string>> = {
  'package-lock.json': JSON.stringify({
    name: 'shop',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: {
      '': {
        name: 'shop',
        version: '1.0.0',
        dependencies: { cart: '1.0.0', '@till/till': '2.0.0', stock: '3.0.0' },
        devDependencies: { lint: '4.0.0' },
      },
      'node_modules/cart': { version: '1.0.0', license: 'MIT' },
      'node_modules/@till/till': { version: '2.0.0', license: 'AGPL-3.0-only OR =cmd()' },
      'node_modules/stock': { version: '3.0.0' },
      'node_modules/lint': { version: '4.0.0', license: 'GPL-3.0', dev: true },
    },
  }),
  'package.json': JSON.stringify({
    name: 'shop',
    version: '1.0.0',
    dependencies: { cart: '1.0.0', '@till/till': '2.0.0', stock: '3.0.0' },
    devDependencies: { lint: '4.0.0' },
  }),
  'node_modules/cart/package.json': JSON.stringify({ name: 'cart', version: '1.0.0' }),
  'node_modules/cart/LICENSE': terms,
  'node_modules/stock/package.json': JSON.stringify({ name: 'stock', version: '3.0.0', licenses: [{ type: 'MIT' }, { type: 'Apache2' }] }),
  'node_modules/stock/license.md': terms.replaceAll('\n', '\r\n'),
  'node_modules/stock/index.js': '',
  'node_modules/lint/package.json': JSON.stringify({ name: 'lint', version: '4.0.0' }),
  'node_modules/lint/COPYING': 'GPL',
};

let cwd = '';
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'lockgate-licences-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), content);
  }
});
afterAll(() => rmSync(cwd, { recursive: true }));

function world(): { readonly cwd: string; readonly variables: Readonly<Record<string, string>> } {
  return { cwd, variables: { HOME: cwd, XDG_CACHE_HOME: join(cwd, '.cache') } };
}

async function list(format: string): Promise<string> {
  const { stdout, exitCode } = await licences.run(invocation([], { format, offline: '' }, world()));
  expect(exitCode).toBe(0);
  return stdout ?? '';
}

async function attribute(options: Readonly<Record<string, string>>): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { stdout = '', stderr = '' } = await notices.run(invocation([], { offline: '', ...options }, world()));
  return { stdout, stderr };
}

describe('lockgate licences', () => {
  it('lists by category, mildest first, with what cannot be read at the end', async () => {
    expect(await list('text')).toBe(
      [
        'Permissive (2)',
        '  MIT: 1\n    cart@1.0.0',
        '  MIT OR Apache-2.0: 1\n    stock@3.0.0',
        '\nStrong copyleft (1)',
        '  GPL-3.0-only: 1\n    lint@4.0.0',
        '\nNot readable for certain (1)',
        '  AGPL-3.0-only OR =cmd(): 1\n    @till/till@2.0.0',
        '\n4 third-party packages\n',
      ].join('\n'),
    );
  });

  it('says in JSON where each licence was learned', async () => {
    const { packages } = JSON.parse(await list('json')) as { readonly packages: readonly Readonly<Record<string, unknown>>[] };
    expect(packages.map(({ name, licence, category, scope, from }) => [name, licence, category, scope, from])).toEqual([
      ['@till/till', 'AGPL-3.0-only OR =cmd()', 'unknown', 'required', 'lockfile'],
      ['cart', 'MIT', 'permissive', 'required', 'lockfile'],
      ['lint', 'GPL-3.0-only', 'strong-copyleft', 'dev', 'lockfile'],
      ['stock', 'MIT OR Apache-2.0', 'permissive', 'required', 'installed copy'],
    ]);
  });

  it('writes CSV in which no cell is a formula and a scoped name stays whole', async () => {
    const lines = (await list('csv')).split('\r\n');
    expect(lines[0]).toBe('name,version,licence,category,scope,from');
    expect(lines[1]).toBe('@till/till,2.0.0,AGPL-3.0-only OR =cmd(),unknown,required,lockfile');
    for (const cell of lines.flatMap((line) => line.split(','))) expect(cell).not.toMatch(/^"?[=+-]/);
  });

  it('refuses a format that it does not know', async () => {
    await expect(list('xml')).rejects.toMatchObject({ code: 'usage', hint: 'formats: text, json, csv' });
  });
});

describe('lockgate notices', () => {
  it('prints equal texts once and leaves development dependencies out', async () => {
    const { stdout, stderr } = await attribute({});
    expect(stdout).toContain('  cart@1.0.0: MIT [1]\n  stock@3.0.0: MIT OR Apache-2.0 [1]');
    expect(stdout.match(/Permission is granted/g)).toHaveLength(1);
    expect(stdout).toContain('[1] cart@1.0.0, stock@3.0.0');
    expect(stdout).not.toContain('lint@');
    expect(stdout).toContain('These packages ship no licence text:\n  @till/till@2.0.0');
    expect(stderr).toBe('1 packages have no licence text here\n');
  });

  it('takes development dependencies in when asked to', async () => {
    expect((await attribute({ dev: '' })).stdout).toContain('lint@4.0.0: GPL-3.0-only [2]');
  });

  it('writes one HTML page that escapes everything and asks for nothing', async () => {
    const { stdout } = await attribute({ format: 'html' });
    expect(stdout).toContain('Permission is granted &lt;to all&gt;.');
    expect(stdout).toContain("default-src 'none'");
    expect(stdout).not.toMatch(/<script|<img|<link|src=|https?:/);
  });

  it('writes to a file', async () => {
    const { stdout, stderr } = await attribute({ output: 'THIRD-PARTY.txt' });
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^wrote THIRD-PARTY\.txt: 3 packages, 1 texts/);
    expect(readFileSync(join(cwd, 'THIRD-PARTY.txt'), 'utf8')).toContain('Third-party software in shop');
  });
});
