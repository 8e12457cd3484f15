import { describe, expect, it } from 'vitest';
import { type LicenceOptions, licenceOptions, policyFor } from '../../src/checks/licence-options.ts';
import type { JsonSchema } from '../../src/model/check.ts';

const { allow, clarifications } = licenceOptions.properties;

function refusal(schema: JsonSchema | undefined, text: string): string | undefined {
  const problem = schema?.prove?.(text);
  return problem === undefined ? undefined : `${problem.message}${problem.hint === undefined ? '' : ` (${problem.hint})`}`;
}

function options(over: Partial<LicenceOptions>): LicenceOptions {
  return { ...licenceOptions.defaults, ...over };
}

describe('an entry of a licence list', () => {
  it.each(['MIT', 'gpl-2.0+', 'category:permissive', 'preset:osi', 'LicenseRef-acme'])('may be %s', (entry) =>
    expect(refusal(allow?.items, entry)).toBeUndefined(),
  );

  it('is refused when it is misspelt, with what may have been meant', () => {
    expect(refusal(allow?.items, 'GPLv3')).toMatch(/^is no licence: .* \(did you mean GPL-3\.0-only, GPL-3\.0-or-later\?\)$/);
    expect(refusal(allow?.items, 'preset:everything')).toMatch(/preset:permissive/);
    expect(refusal(allow?.items, 'MIT AND ISC')).toMatch(/one licence/);
  });
});

describe('a clarification', () => {
  const fields = clarifications?.items?.properties;
  it('needs an expression and a digest', () => {
    expect(refusal(fields?.['licence'], 'MIT AND Zlib')).toBeUndefined();
    expect(refusal(fields?.['licence'], 'MIT-ish')).toMatch(/no SPDX expression/);
    expect(refusal(fields?.['sha256'], 'F'.repeat(64))).toBeUndefined();
    expect(refusal(fields?.['sha256'], 'f'.repeat(63))).toMatch(/sha256sum/);
  });
});

describe('policyFor', () => {
  it('adds what a scope and an exception allow to the list, and to nothing else', () => {
    const given = options({ allow: ['MIT'], 'allow-dev': ['ISC'] });
    expect(policyFor(given, 'dev', []).allow?.keys).toEqual(new Set(['mit', 'isc']));
    expect(policyFor(given, 'required', []).allow?.keys).toEqual(new Set(['mit']));
    const exception = { package: 'a', versions: '*', allow: ['0BSD'], reason: 'small', expires: 1 };
    expect(policyFor(given, 'required', [exception]).allow?.keys).toEqual(new Set(['mit', '0bsd']));
  });

  it('has no allowlist where only a deny list is given', () => {
    expect(policyFor(options({ deny: ['MIT'] }), 'required', []).allow).toBeUndefined();
    expect(policyFor(options({}), 'required', []).allow?.keys.size).toBe(0);
  });

  it('stops at an entry that cannot be read, instead of dropping it', () => {
    expect(() => policyFor(options({ allow: ['MIT', 'nope'] }), 'required', [])).toThrow('licence.allow[1]');
  });
});
