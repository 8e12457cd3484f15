import { expect, it } from 'vitest';
import { settledFacts } from '../../src/checks/settled-release.ts';
import { packumentOf, release } from '../support/packument.ts';
import { now } from './check-tester.ts';

const publishedAt = (daysAgo: number) => packumentOf('left-pad', [release('1.3.0', { publishedAt: now - daysAgo * 86_400_000 })]);

it('speaks for a release that has been out for months', () => {
  expect(settledFacts(publishedAt(100), '1.3.0', now)).toEqual([{ label: 'published', value: '3 months ago', source: 'registry' }]);
});

it.each([
  ['a recent release', publishedAt(10)],
  ['a release of the future', publishedAt(-10)],
  ['a release without a date', packumentOf('left-pad', [release('1.3.0')])],
  ['an unknown document', undefined],
])('says nothing for %s', (_, document) => expect(settledFacts(document, '1.3.0', now)).toEqual([]));
