import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assessName } from '../../src/names/assess-name.ts';
import { openPopularityTable } from '../../src/names/popularity-table.ts';
import { tableOf } from './small-table.ts';

const shipped = openPopularityTable(readFileSync('allowlists/popular-names/table.deflate'));
const first = (name: string): string => {
  const { tier, relations } = assessName(name, shipped);
  return relations[0] === undefined ? tier : `${tier} ${relations[0].kind} ${relations[0].target.name}`;
};

describe('a name next to popular ones', () => {
  it.each([
    ['crpyto-js', 'block swap crypto-js'],
    ['rimarf', 'block swap rimraf'],
    ['requesst', 'block repeat request'],
    ['babel-loqder', 'block keyboard babel-loader'],
    ['l0dash', 'block homoglyph lodash'],
    ['rnodernizr', 'block homoglyph modernizr'],
    ['asinc', 'block bit-flip async'],
    ['body_parser', 'block delimiter body-parser'],
    ['typescript-5.8', 'block version typescript'],
    ['react-17', 'block version react'],
    ['globby-legacy', 'block version globby'],
    ['node-winston', 'block js-affix winston'],
    ['loader-babel', 'block word-order babel-loader'],
    ['core-auth', 'block scope-dropped @azure/core-auth'],
    ['azure-core-auth', 'block scope-dropped @azure/core-auth'],
    ['claud-code', 'block scope-dropped @anthropic-ai/claude-code'],
    ['@acitons/artifact', 'block swap @actions/artifact'],
    ['@mysentry/types', 'block scope-edited @sentry/types'],
    ['@sentry-internals/profiling-node', 'block scope-edited @sentry/profiling-node'],
    ['bodyfpvarser', 'block two-edits body-parser'],
    ['easy-day-js', 'warn combosquat dayjs'],
    ['plain-crypto-js', 'warn combosquat crypto-js'],
    ['puppeteerfox', 'warn combosquat puppeteer'],
    ['discord-fix', 'warn combosquat discord.js'],
  ])('%s: %s', (name, expected) => expect(first(name)).toBe(expected));

  it.each([
    'react',
    'lodash',
    'preact',
    'es-define-property',
    'cap-cli',
    'path-expression-matcher',
    'eslint-config-acme',
    'react-acme-v2',
    'react-native-acme',
    '@acme/utils',
    '@types/acme',
  ])('%s resembles nothing that matters', (name) => expect(first(name)).toBe('none'));

  it('explains itself', () => {
    expect(assessName('crpyto-js', shipped).relations[0]).toMatchObject({
      reason: 'swaps two neighbouring letters of',
      counterReasons: [],
    });
  });
});

describe('the popularity of the name itself', () => {
  it('clears a name that many people install', () => {
    const table = tableOf({ request: 6e7, requests: 4e4 });
    expect(assessName('requests', table)).toEqual({ name: 'requests', tier: 'none', downloads: 39_811, relations: [] });
  });

  it('caps a listed name at a warning, and says so', () => {
    const table = tableOf({ puppeteer: 3e7, pupeteer: 6e3 });
    const { tier, relations } = assessName('pupeteer', table);
    expect(tier).toBe('warn');
    expect(relations[0]?.counterReasons.join()).toMatch(/downloaded \d+ times a month itself/);
  });

  it('says nothing when the other one is not far above it', () => {
    expect(assessName('pupeteer', tableOf({ puppeteer: 3e6, pupeteer: 6e3 })).tier).toBe('none');
  });

  it('does not let stray downloads of swapped letters protect them', () => {
    expect(assessName('experss', tableOf({ express: 2.5e8, experss: 2e3 })).tier).toBe('block');
  });
});

describe('hostile names', () => {
  it('are judged without a throw and in short time', () => {
    const table = tableOf({ lodash: 4e8, '@sentry/node': 5e7, 'body-parser': 3e8 });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), fc.stringMatching(/^[@a-z0-9./_-]{0,250}$/)), (name) => {
        expect(['none', 'warn', 'block']).toContain(assessName(name, table).tier);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    'a-'.repeat(107),
    'm'.repeat(214),
    '9.'.repeat(107),
    `@${'a'.repeat(100)}/${'b'.repeat(112)}`,
    '@'.repeat(214),
    'rn'.repeat(107),
  ])('%s is judged within a second', (name) => {
    const startedAt = process.cpuUsage();
    assessName(name, shipped);
    expect(process.cpuUsage(startedAt).user).toBeLessThan(1_000_000);
  });
});
