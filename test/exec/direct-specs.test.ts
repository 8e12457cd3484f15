import { describe, expect, it } from 'vitest';
import { permittedHosts, permittedTransports, specsOfCommand, specsOfManifests } from '../../src/exec/direct-specs.ts';
import type { ProjectFiles } from '../../src/model/project-files.ts';
import { milliseconds } from '../../src/model/units.ts';
import { defaultPolicy } from '../../src/policy/load.ts';

const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));
const strict = defaultPolicy({ checks: [], engineRules: [], now });
const lenient = { ...strict, rules: new Map([['source/git-dependency', 'warning']] as const) };

describe('what a permitted git dependency opens', () => {
  it('is its own transport and host, and nothing where none is permitted', () => {
    const specs = specsOfCommand(['egret@git+https://git.example/egret.git', 'heron']);
    expect([permittedTransports(specs, lenient, now), permittedHosts(specs, lenient, now)]).toEqual([['https'], ['git.example']]);
    expect([permittedTransports(specs, strict, now), permittedHosts(specs, strict, now)]).toEqual([[], []]);
  });

  it.each([
    ['egret@git+ssh://git@git.example/egret.git', 'ssh'],
    ['git@git.example:acme/egret.git', 'ssh'],
    ['git://git.example/egret.git', 'git'],
    ['github:acme/egret', 'https'],
    ['acme/egret#main', 'https'],
  ])('of %s is %s', (spec, transport) => {
    expect(permittedTransports(specsOfCommand([spec]), lenient, now)).toEqual([transport]);
  });
});

function projectOf(texts: Readonly<Record<string, string>>): ProjectFiles {
  const folders = Object.keys(texts).flatMap((path) => /^(packages\/[^/]+)\/package\.json$/.exec(path)?.[1] ?? []);
  return { read: (path) => texts[path], workspaces: (glob) => (glob === 'packages/*' ? folders : []) };
}

describe('what a project asks for outside any registry', () => {
  it.each([
    ['pnpm-workspace.yaml', "overrides:\n  heron: '1.0.0'\n  egret: git+https://git.example/egret.git\n", 3],
    ['pnpm-workspace.yaml', 'catalogs:\n  birds:\n    egret: "git+https://git.example/egret.git"\n', 3],
    ['.yarnrc.yml', 'catalog:\n  egret: git+https://git.example/egret.git\n', 2],
    ['package.json', '{\n  "overrides": { "egret": "git+https://git.example/egret.git" }\n}', 2],
  ])('stands in %s, too: %j', (file, text, line) => {
    expect(specsOfManifests(projectOf({ 'package.json': '{}', [file]: text }))).toMatchObject([
      { name: 'egret', rule: 'source/git-dependency', location: { file, line } },
    ]);
  });

  it.each(['packages:\n  - packages/*\n', "packages: ['packages/*']\n"])('stands in the members that pnpm finds by %j', (list) => {
    const member = '{"dependencies":{"egret":"acme/egret"}}';
    const files = projectOf({ 'package.json': '{}', 'pnpm-workspace.yaml': list, 'packages/marsh/package.json': member });
    expect(specsOfManifests(files)).toMatchObject([{ name: 'egret', location: { file: 'packages/marsh/package.json' } }]);
  });

  it.each(['{ // bun reads this\n "dependencies": {} }', '{"dependencies": {},}', '[]', ''])(
    'is not taken for nothing where the manifest cannot be read: %j',
    (text) => {
      expect(() => specsOfManifests(projectOf({ 'package.json': text }))).toThrow('package.json is no JSON object');
    },
  );

  it('is not taken for nothing where the settings cannot be read', () => {
    expect(() => specsOfManifests(projectOf({ 'package.json': '{}', 'pnpm-workspace.yaml': 'overrides: {' }))).toThrow(
      'pnpm-workspace.yaml',
    );
  });
});
