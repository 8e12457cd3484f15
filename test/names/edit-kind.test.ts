import { expect, it } from 'vitest';
import { editKind } from '../../src/names/edit-kind.ts';

it.each([
  ['crpyto', 'crypto', 'swap'],
  ['exprss', 'express', 'omit'],
  ['requesst', 'request', 'repeat'],
  ['yaetia', 'yaeti', 'insert'],
  ['musky', 'husky', 'substitute'],
  ['bowee', 'bower', 'keyboard'],
  ['l0dash', 'lodash', 'homoglyph'],
  ['asinc', 'async', 'bit-flip'],
  ['mkdirps', 'mkdirp', 'plural'],
  ['color', 'colors', 'plural'],
])('%s for %s is called %s', (imitation, original, kind) => expect(editKind(imitation, original)).toBe(kind));
