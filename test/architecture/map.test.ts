import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const readme = readFileSync('README.md', 'utf8');
const map = readme.slice(readme.indexOf('## How it is built'));

describe('the map in the README', () => {
  it('names every folder of src, and beside the mirror of src every folder of test', () => {
    const ours = foldersIn('src');
    const others = foldersIn('test').filter((folder) => !ours.includes(folder));
    expect([...ours.map((folder) => `src/${folder}`), ...others.map((folder) => `test/${folder}`)].filter(isUnnamed)).toEqual([]);
  });

  it('names every folder of scripts and bench, every file at the root of src, and every folder of the repository', () => {
    const parts = ['scripts', 'bench'].flatMap((folder) => foldersIn(folder).map((name) => `${folder}/${name}`));
    const files = readdirSync('src').filter((name) => name.endsWith('.ts'));
    expect([...parts, ...files.map((name) => (map.includes(`\`src/${name}\``) ? `src/${name}` : name))].filter(isUnnamed)).toEqual([]);
    const made = new Set(['node_modules', 'dist', 'coverage', 'bin']);
    expect(foldersIn('.').filter((name) => !name.startsWith('.') && !made.has(name) && isUnnamed(name))).toEqual([]);
  });

  it('names nothing that is not there', () => {
    const named = [...map.matchAll(/`((?:src|test|scripts|bench|fixtures)\/[\w.-]+)`/g)].map(([, path]) => path ?? '');
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !readdirSync(path.slice(0, path.indexOf('/'))).includes(path.slice(path.indexOf('/') + 1)))).toEqual([]);
  });
});

function isUnnamed(path: string): boolean {
  return !map.includes(`\`${path}\``);
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}
