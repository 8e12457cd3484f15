import { join, parse, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { foldersAbove, isInside } from '../../src/platform/ancestors.ts';

const shop = resolve('projects', 'shop');

describe('where a folder lies', () => {
  it('is told nearest first, up to the root', () => {
    const folders = foldersAbove(shop);
    expect(folders.slice(0, 3)).toEqual([shop, resolve('projects'), resolve('.')]);
    expect(folders.at(-1)).toBe(parse(shop).root);
    expect(foldersAbove(parse(shop).root)).toEqual([parse(shop).root]);
  });

  it('is inside of itself and of all of these, and of no neighbour whose name only begins alike', () => {
    expect(foldersAbove(shop).every((folder) => isInside(shop, folder))).toBe(true);
    expect(isInside(join(shop, '..hidden', 'file'), shop)).toBe(true);
    expect(isInside(`${shop}-other`, shop)).toBe(false);
    expect(isInside(resolve('projects'), shop)).toBe(false);
  });
});
