import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLockfile } from '../../src/index.ts';
import { sha512 } from '../support/inventory.ts';

const lockfile = (old: unknown): string =>
  JSON.stringify({
    name: 'shop',
    lockfileVersion: 2,
    packages: {
      '': { name: 'shop', dependencies: { 'left-pad': '^1.0.0' } },
      'node_modules/left-pad': { version: '1.3.0', integrity: sha512(1) },
    },
    dependencies: old,
  });
const factsOf = (old: unknown): readonly string[] =>
  readLockfile({ path: 'package-lock.json', text: lockfile(old) }).facts.map((fact) => fact.type);

describe('a lockfile of version 2', () => {
  it('may say everything twice', () => {
    expect(factsOf({ 'left-pad': { version: '1.3.0', integrity: sha512(1) } })).toEqual([]);
  });

  it('may not name other bytes in its old half', () => {
    expect(factsOf({ 'left-pad': { version: '1.3.0', integrity: sha512(2) } })).toEqual(['contradictory-halves']);
  });

  it('may not hold a package in its old half alone, however deep', () => {
    const nested = {
      'left-pad': { version: '1.3.0', integrity: sha512(1), dependencies: { evil: { version: '6.6.6', integrity: sha512(3) } } },
    };
    expect(factsOf(nested)).toEqual(['contradictory-halves']);
  });

  it('that npm wrote has no contradiction', () => {
    const text = readFileSync('fixtures/npm-bakery-v2/package-lock.json', 'utf8');
    expect(readLockfile({ path: 'package-lock.json', text }).facts.filter((fact) => fact.type === 'contradictory-halves')).toEqual([]);
  });
});
