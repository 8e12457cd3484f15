import { describe, expect, it } from 'vitest';
import { GateError } from '../../src/model/gate-error.ts';
import { trustedPartyOf } from '../../src/model/trusted-party.ts';
import { milliseconds } from '../../src/model/units.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { component } from '../support/inventory.ts';

const load = (text: string): ReturnType<typeof loadPolicy> =>
  loadPolicy(`version: 1\n${text}`, 'lockgate.yaml', { checks: [], engineRules: [], now: milliseconds(0) });
const from = (over: object): Parameters<typeof trustedPartyOf>[2] => ({
  registry: 'https://registry.example/',
  isFromRepository: () => false,
  ...over,
});

describe('own people in a policy', () => {
  it('are read with what proves them, and the line they stand on', () => {
    expect(load("trusted:\n  - { package: '@acme/*', publishers: [ada], reason: our own releases }").trusted).toEqual([
      {
        package: '@acme/*',
        publishers: ['ada'],
        repositories: [],
        reason: 'our own releases',
        location: { file: 'lockgate.yaml', line: 3, column: 5 },
      },
    ]);
  });

  it('cannot be a name alone', () => {
    expect(() => load("trusted:\n  - { package: '@acme/*', reason: our own releases }")).toThrow(GateError);
    expect(() => load("trusted:\n  - { package: '@acme/*', publishers: [], reason: our own releases }")).toThrow(/names nobody/);
  });

  it('change what the policy is', () => {
    expect(load('trusted:\n  - { publishers: [ada], reason: our own releases }').digest).not.toBe(load('').digest);
  });
});

describe('a trusted party', () => {
  const parties = [
    {
      package: '@acme/*',
      publishers: ['ada'],
      repositories: ['github:acme/ui'],
      reason: 'ours',
      location: { file: 'lockgate.yaml', line: 2 },
    },
    {
      package: '@inner/*',
      publishers: [],
      repositories: [],
      registry: 'https://inner.example/npm',
      reason: 'only we publish there',
      location: { file: 'lockgate.yaml', line: 3 },
    },
  ];
  const ui = component('@acme/ui', '1.0.0');

  it.each([
    ['by its account', ui, from({ publisher: 'ada' }), 'published by ada'],
    [
      'by the repository that provenance proves',
      ui,
      from({ isFromRepository: (one: string) => one === 'github:acme/ui' }),
      'built from github:acme/ui',
    ],
    [
      'by a registry of its own',
      component('@inner/ui', '1.0.0'),
      from({ registry: 'https://inner.example/npm/' }),
      'from https://inner.example/npm/',
    ],
  ])('is known %s', (_, subject, origin, proof) => expect(trustedPartyOf(parties, subject, origin)?.proof).toBe(proof));

  it.each([
    ['a name without proof', ui, from({})],
    ['another account', ui, from({ publisher: 'eve' })],
    ['its account under another name', component('left-pad', '1.0.0'), from({ publisher: 'ada' })],
    ['a scope with the same start', component('@acme-evil/ui', '1.0.0'), from({ publisher: 'ada' })],
    ['the scope on another registry', component('@inner/ui', '1.0.0'), from({})],
  ])('is not %s', (_, subject, origin) => expect(trustedPartyOf(parties, subject, origin)).toBeUndefined());
});
