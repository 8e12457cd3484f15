import { describe, expect, it } from 'vitest';
import { addWaiver } from '../../src/policy/write-waiver.ts';

const waiver = {
  rule: 'source/git-dependency',
  package: 'our-fork',
  versions: '1.2.0',
  reason: 'merged upstream: waiting for # the release',
  owner: 'ada@shop.example',
  created: '2026-11-25',
  expires: '2026-12-31',
} as const;

describe('adding a waiver', () => {
  it('starts a policy where there is none', () => {
    expect(addWaiver(undefined, waiver)).toMatch(/^version: 1\nwaivers:\n {2}- rule: source\/git-dependency\n/);
  });

  it('keeps comments and order of what is there', () => {
    const before = '# ours\nversion: 1 # one\nrules:\n  source/git-dependency: error # strict\n';
    expect(addWaiver(before, waiver).startsWith(before)).toBe(true);
  });

  it('appends to the waivers that are there', () => {
    const twice = addWaiver(addWaiver(undefined, waiver), { ...waiver, versions: '1.2.1' });
    expect(twice.match(/- rule:/g)).toHaveLength(2);
  });

  it('refuses a policy that is no mapping', () => {
    expect(() => addWaiver('- a\n', waiver)).toThrow(/cannot be changed/);
  });

  it('refuses one that it could not write again', () => {
    expect(() => addWaiver('version: 1\nrules: *a\n', waiver)).toThrow(/\*a stands for nothing/);
    expect(() => addWaiver('version: 1\nchecks:\n  x: [*a]\n  y: &a b\n', waiver)).toThrow(/\*a stands for nothing/);
    expect(addWaiver('version: 1\nchecks:\n  y: &a b\n  x: [*a]\n', waiver)).toContain('x: [ *a ]');
  });
});
