import { runInNewContext } from 'node:vm';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { rangeScript } from '../../src/fleet-site/search-ranges.ts';

interface Script {
  readonly rangeOf: (text: string) => ((version: string) => boolean) | undefined;
  readonly byVersion: (a: string, b: string) => number;
}

/** The script's own functions, without a page around them. */
const { rangeOf, byVersion } = runInNewContext(`${rangeScript};({ rangeOf, byVersion })`) as Script; // what the text defines

const ranges = [
  '*',
  '',
  '1',
  '1.x',
  '1.2',
  '1.2.3',
  '=1.2.3',
  'v1.2.3',
  '^1.2.3',
  '^1.2',
  '^1',
  '~1.2.3',
  '~1.2',
  '~1',
  '^0.2.3',
  '^0.0.3',
  '^0.0',
  '^0',
];
const comparators = [
  '>1',
  '>1.2',
  '>1.2.3',
  '>=1.2.3',
  '>= 1.2.3',
  '<1.2',
  '<2.0.0',
  '<=1.2',
  '<=1.2.3',
  '>=1.0.0 <2.0.0',
  '1 || 3',
  '^0.2.3 || >=2',
];
const prereleases = ['1.2.3-rc.1', '^1.2.3-rc.1', '~1.2.3-rc.1', '>=1.2.3-beta.2', '<1.2.3-rc.2', '>1.2.3-rc.1 <1.2.3'];
const versions = [
  '0.0.3-rc.1', '0.0.3', '0.0.4', '0.2.3-rc.1', '0.2.3', '0.2.9', '0.3.0-rc.1', '0.3.0', '1.0.0-rc.1', '1.0.0', '1.2.0-rc.1', '1.2.2', '1.2.3-beta.2', '1.2.3-beta.11', '1.2.3-rc.1', '1.2.3-rc.2',
  '1.2.3', '1.2.3+build', '1.2.4', '1.3.0-rc.1', '1.3.0', '1.9.9', '2.0.0-rc.1', '2.0.0', '3.1.0', '10.0.0',
]; // prettier-ignore

describe('a range on the search page', () => {
  it.each([...ranges, ...comparators, ...prereleases])('holds the versions that it holds in a shell: %j', (range) => {
    const test = rangeOf(range);
    expect(versions.filter((version) => test?.(version))).toEqual(
      versions.filter((version) => semver.satisfies(version, range, { includePrerelease: true })),
    );
  });

  it.each(['not a range', '1.2.3.4', '^', '>x', '1.2.beta'])('is none in %j', (range) => {
    expect(rangeOf(range)).toBeUndefined();
  });

  it('never leaves out what is no semantic version, and takes a text as itself', () => {
    expect(rangeOf('^1.0.0')?.('main')).toBe(true);
    expect(rangeOf('1.2.3+build')?.('1.2.3+build')).toBe(true);
  });

  it('stands in an order in which releases come after their prereleases, and what is no version comes first', () => {
    expect(['2.0.0', '10.0.0', '2.0.0-rc.10', '2.0.0-rc.9', 'main', '2.0.0-alpha'].sort(byVersion)).toEqual([
      'main',
      '2.0.0-alpha',
      '2.0.0-rc.9',
      '2.0.0-rc.10',
      '2.0.0',
      '10.0.0',
    ]);
  });
});
