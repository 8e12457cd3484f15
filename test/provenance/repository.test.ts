import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSameRepository, readRepository } from '../../src/provenance/repository.ts';

const same = [
  'https://github.com/acme/widget',
  'git+https://github.com/acme/widget.git',
  'git://github.com/acme/widget.git',
  'git+ssh://git@github.com/acme/widget.git',
  'ssh://git@github.com/acme/widget',
  'git@github.com:acme/widget.git',
  'github:acme/widget',
  'acme/widget',
  'https://www.github.com/acme/widget#readme',
  'https://github.com/ACME/Widget/tree/main/packages/widget',
];
const other = [
  'https://github.com/acme/widget-evil',
  'https://github.com/acme',
  'https://gitlab.com/acme/widget',
  'https://github.com.evil.example/acme/widget',
  'https://github.com:8443/acme/widget',
  'https://evil.example/github.com/acme/widget',
  'https://github.com/acme/../evil/widget',
  'https://github.com/acme/widget%2f..%2fevil',
  'file:///acme/widget',
  'javascript:acme/widget',
  'acme/w\u0456dget',
  '',
];

describe('a repository', () => {
  const wanted = readRepository('https://github.com/acme/widget');

  for (const text of same) {
    it(`is the same as ${text}`, () => {
      const read = readRepository(text);
      expect(read !== undefined && wanted !== undefined && isSameRepository(read, wanted)).toBe(true);
    });
  }

  for (const text of other) {
    it(`is another than ${JSON.stringify(text)}`, () => {
      const read = readRepository(text);
      expect(read !== undefined && wanted !== undefined && isSameRepository(read, wanted)).toBe(false);
    });
  }

  it('keeps the folder of a monorepo beside its name', () => {
    expect(readRepository('https://github.com/acme/widget/tree/main/packages/a')).toEqual({
      host: 'github.com',
      path: 'acme/widget',
      directory: 'packages/a',
    });
    expect(readRepository('https://gitlab.com/acme/group/widget/-/tree/main/a')).toEqual({
      host: 'gitlab.com',
      path: 'acme/group/widget',
      directory: 'a',
    });
  });

  it('distinguishes case on hosts of which nothing is known', () => {
    const [a, b] = [readRepository('https://git.example/Acme/w'), readRepository('https://git.example/acme/w')];
    expect(a !== undefined && b !== undefined && isSameRepository(a, b)).toBe(false);
  });

  it('is read in a moment, whatever stands there', () => {
    fc.assert(fc.property(fc.string({ maxLength: 2000 }), (text) => (readRepository(text), true)));
    const startedAt = performance.now();
    for (const text of ['a'.repeat(1000), `${'a.'.repeat(500)}/`, `git@${'a:'.repeat(400)}`, '/'.repeat(1000), `${'a/'.repeat(500)}#`])
      readRepository(text);
    expect(performance.now() - startedAt).toBeLessThan(100);
  });
});
