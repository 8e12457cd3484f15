import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checks } from '../../src/checks/index.generated.ts';
import { waiverRules } from '../../src/engine/waive.ts';
import { GateError } from '../../src/model/gate-error.ts';
import type { Policy } from '../../src/model/policy.ts';
import { milliseconds } from '../../src/model/units.ts';
import { defaultPolicy, loadPolicy } from '../../src/policy/load.ts';
import { parsePolicyDocument } from '../../src/policy/document.ts';
import { readOption } from '../../src/policy/options.ts';

const vocabulary = { checks, engineRules: Object.keys(waiverRules), now: milliseconds(Date.parse('2026-11-25T12:00:00Z')) };
const load = (text: string): Policy => loadPolicy(text, 'lockgate.yaml', vocabulary);
const refusal = (text: string): GateError => {
  try {
    load(text);
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error('the policy was accepted');
};

const waiver = `
  - rule: source/git-dependency
    package: our-fork
    versions: 1.2.x
    reason: our own fork, merged upstream soon
    owner: ada@shop.example
    expires: 2026-12-24`;

describe('a policy', () => {
  it('that is empty but for its version is the defaults', () => {
    const { path: _, ...rest } = load('version: 1');
    expect({ ...rest, digest: '' }).toEqual({ ...defaultPolicy(vocabulary), digest: '' });
  });

  it('sets levels and options, and knows where each stands', () => {
    const policy = load('version: 1\nrules:\n  source/git-dependency: off\nchecks:\n  release-age:\n    error-below: 3d\n');
    expect(policy.rules.get('source/git-dependency')).toBe('off');
    expect(policy.options.get('release-age')).toMatchObject({ 'error-below': 3 * 86_400_000, 'warn-below': 7 * 86_400_000 });
    expect(policy.positions.get('checks.release-age.error-below')).toEqual({ file: 'lockgate.yaml', line: 6, column: 5 });
    expect(policy.values.get('checks.release-age.error-below')).toBe('3d');
  });

  it('has another digest when anything that decides changes', () => {
    expect(load('version: 1\nrules: { source/git-dependency: error }').digest).not.toBe(load('version: 1').digest);
  });

  it.each([
    ['no version', 'rules: {}', /does not say its version/, 1],
    ['a version of the future', 'version: 2', /must be 1/, 1],
    ['an unknown section', 'version: 1\nrule: {}', /no key "rule"/, 2],
    ['an unknown rule', 'version: 1\nrules:\n  release-age/to-new: error', /no key "release-age\/to-new"/, 3],
    ['an unknown level', 'version: 1\nrules:\n  release-age/too-new: warn', /must be one of/, 3],
    ['an unknown option', 'version: 1\nchecks:\n  release-age:\n    eror-below: 1d', /no key "eror-below"/, 4],
    ['a duration without unit', 'version: 1\nchecks:\n  release-age:\n    error-below: 24', /a duration with its unit/, 4],
    ['a duplicate key', 'version: 1\nrules: {}\nrules: {}', /unique/i, 3],
    ['an alias', 'version: 1\nrules: &a { source/git-dependency: off }\nchecks: *a', /anchors and aliases/, 2],
    ['a second document', 'version: 1\n---\nversion: 1', /document/i, 2],
    ['a list at the top', '- version: 1', /must be a mapping/, 1],
    ['a tab', 'version: 1\nrules:\n\tsource/git-dependency: off', /tab/i, 3],
    ['a key that is an object', 'version: 1\nrules: { [a]: off }', /not a plain word/, 2],
  ])('with %s is refused at its line', (_, text, message, line) => {
    const error = refusal(text);
    expect(error.code).toBe('policy-invalid');
    expect(error.message).toMatch(message);
    expect(error.location?.line).toBe(line);
  });

  it('suggests the nearest known word', () => {
    expect(refusal('version: 1\nrules:\n  release-age/to-new: error').hint).toBe('did you mean release-age/too-new?');
    expect(refusal('version: 1\nwaiver: []').hint).toBe('did you mean waivers?');
  });

  it('never throws anything but a GateError, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.string().map((text) => `version: 1\nrules:\n  ${text}`),
        ),
        (text) => {
          try {
            load(text);
          } catch (error) {
            expect(error).toBeInstanceOf(GateError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a waiver', () => {
  it('holds until the end of its last day in UTC', () => {
    expect(load(`version: 1\nwaivers:${waiver}`).waivers).toMatchObject([
      { rule: 'source/git-dependency', package: 'our-fork', expires: Date.parse('2026-12-25T00:00:00Z'), location: { line: 3 } },
    ]);
  });

  it.each([
    ['an unknown rule', waiver.replace('git-dependency', 'git-dependancy'), /names no rule/],
    ['no reason', waiver.replace(/\n *reason: .*/, ''), /needs the key reason/],
    ['a short reason', waiver.replace(/reason: .*/, 'reason: because'), /at least 15 characters/],
    ['no end', waiver.replace(/\n *expires: .*/, ''), /needs the key expires/],
    ['an end that is too far away', waiver.replace('2026-12-24', '2027-12-24'), /lasts too long/],
    ['a day that does not exist', waiver.replace('2026-12-24', '2026-02-30'), /must be a date/],
    ['a range that is none', waiver.replace('1.2.x', 'latest!'), /semver range/],
    ['a glob over names', waiver.replace('our-fork', 'our-*'), /package name/],
    ['a range for an age rule', waiver.replace('source/git-dependency', 'release-age/too-new'), /one exact version/],
  ])('with %s is refused', (_, text, message) => {
    expect(refusal(`version: 1\nwaivers:${text}`).message).toMatch(message);
  });
});

describe('the options of every check', () => {
  it('have defaults that read as their schema says', () => {
    for (const check of checks) {
      const defaults = new Map(Object.entries(check.options.defaults as object));
      for (const [name, schema] of Object.entries(check.options.properties)) {
        if (schema.default === undefined) continue;
        expect([check.id, name, readOption(parsePolicyDocument(JSON.stringify(schema.default), 'default'), schema)]).toEqual([
          check.id,
          name,
          defaults.get(name),
        ]);
      }
    }
  });
});
