import { expect, it } from 'vitest';
import { movedTags } from '../../src/firewall/moved-tags.ts';

const move = (tags: Readonly<Record<string, unknown>>, kept: readonly string[]): unknown =>
  Object.fromEntries(movedTags(Object.entries(tags), kept));

it('leaves a tag alone whose version is there', () => {
  expect(move({ latest: '1.0.0', next: '2.0.0-rc.1' }, ['1.0.0', '2.0.0-rc.1'])).toEqual({ latest: '1.0.0', next: '2.0.0-rc.1' });
});

it('moves a tag to the highest kept version below, not to the one published last', () => {
  expect(move({ latest: '2.1.0' }, ['1.9.1', '2.0.0', '1.10.0', '3.0.0'])).toEqual({ latest: '2.0.0' });
});

it('moves a stable tag to a stable version, and a prerelease tag to any', () => {
  const kept = ['1.0.0', '2.0.0-beta.2', '2.0.0-beta.10'];
  expect(move({ latest: '2.0.0', next: '2.0.0-rc.1' }, kept)).toEqual({ latest: '1.0.0', next: '2.0.0-beta.10' });
});

it('takes a prerelease where there is nothing else below', () => {
  expect(move({ latest: '1.0.0' }, ['1.0.0-beta.1', '2.0.0'])).toEqual({ latest: '1.0.0-beta.1' });
});

it('drops a tag without a version below, and gives latest the highest there is', () => {
  expect(move({ latest: '1.0.0', old: '0.5.0' }, ['2.0.0', '3.0.0-rc.1'])).toEqual({ latest: '2.0.0' });
  expect(move({ latest: '1.0.0' }, [])).toEqual({});
});

it('drops what is no version', () => {
  expect(move({ latest: 7, next: 'banana', beta: null }, ['1.0.0'])).toEqual({});
});
