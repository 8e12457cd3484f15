import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameFault } from '../../src/names/lookalike.ts';

describe('the letters of a name', () => {
  it.each(['left-pad', '@babel/core', 'lodash.pick', 'a', '@types/node', 'base_x', '7zip', '@a/-b', 'a~b'])('%s has no fault', (name) => {
    expect(nameFault(name)).toBeUndefined();
  });

  it.each([
    ['', 'empty'],
    ['a'.repeat(215), 'too-long'],
    ['left\u{202e}pad', 'hidden'],
    ['left\u{200b}pad', 'hidden'],
    ['left\u{feff}pad', 'hidden'],
    ['left\u{e0061}pad', 'hidden'],
    ['left\npad', 'control'],
    ['left\u{1b}[2Kpad', 'control'],
    ['\u{440}eact', 'unicode'],
    ['ｌodash', 'unicode'],
    ['--no-audit', 'option'],
    ['-g', 'option'],
    ['.bin', 'malformed'],
    ['_private', 'malformed'],
    ['@scope', 'malformed'],
    ['@/name', 'malformed'],
    ['@scope/', 'malformed'],
    ['@scope/a/b', 'malformed'],
    ['@../etc', 'malformed'],
    ['a b', 'malformed'],
    ['a\\b', 'malformed'],
    ['node_modules', 'malformed'],
    ['React', 'upper-case'],
  ])('%j is %s', (name, kind) => expect(nameFault(name)?.kind).toBe(kind));

  it('says what a person reads', () => {
    expect(nameFault('\u{440}\u{435}\u{430}\u{441}t')).toMatchObject({ kind: 'unicode', reads: 'peact' });
    expect(nameFault('ｌodash')).toMatchObject({ reads: 'lodash' });
    expect(nameFault('读取')).not.toHaveProperty('reads');
  });

  it('finds no fault only in what stays itself inside a URL path and a command line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (name) => {
        if (nameFault(name) === undefined) expect(name).toMatch(/^(@[a-z0-9_~][a-z0-9._~-]*\/)?[a-z0-9~!'()*-][a-z0-9._~!'()*-]*$/);
      }),
      { numRuns: 5000 },
    );
  });
});
