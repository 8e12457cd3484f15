import { describe, expect, it } from 'vitest';
import { permittedHosts, permittedTransports, specsOfCommand } from '../../src/exec/direct-specs.ts';
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
