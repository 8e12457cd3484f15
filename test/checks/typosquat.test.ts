import { typosquat } from '../../src/checks/typosquat.ts';
import type { Packument } from '../../src/evidence/packument.ts';
import type { Popularity } from '../../src/evidence/popularity.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';
import { now, testCheck } from './check-tester.ts';

const day = 86_400_000;

function resembling(tier: 'warn' | 'block', kind: string, target: string, reason: string): Popularity {
  return {
    tier,
    relations: [{ kind, target: { name: target, downloads: 50_118_723 }, tier, reason, counterReasons: [] }],
    conflation: [],
    measuredAt: now - 100 * day,
  };
}

function published(name: string, age: number, versionCount: number, publisher?: string): Packument {
  const by = publisher === undefined ? {} : { publisher: { name: publisher } };
  const releases = Array.from({ length: versionCount }, (_, index) => release(`1.0.${index}`, { publishedAt: now - age, ...by }));
  return packumentOf(name, releases, { createdAt: now - age });
}

const slip = component('crpyto-js', '1.0.0');
const swapped = resembling('block', 'swap', 'crypto-js', 'swaps two neighbouring letters of');
const longer = component('easy-day-js', '1.0.0');
const addition = resembling('warn', 'combosquat', 'dayjs', 'adds words to');
const theirs = { status: 'published', name: 'dayjs', maintainers: ['iamkun'] };

testCheck(typosquat, {
  passes: {
    'a name that resembles nothing': {
      component: component('left-pad', '1.3.0'),
      evidence: { popularity: { tier: 'none', downloads: 5e6, relations: [], conflation: [], measuredAt: now } },
    },
    'an extension that has been published for years': {
      component: longer,
      evidence: { popularity: addition, packument: published('easy-day-js', 800 * day, 12) },
    },
    'a package of the popular one’s own publisher': {
      component: longer,
      evidence: { popularity: addition, packument: published('easy-day-js', day, 1, 'iamkun'), imitatedPackage: theirs },
    },
  },
  fails: {
    'two swapped letters': {
      component: slip,
      evidence: { popularity: swapped },
      finds: [{ rule: 'typosquat/imitates', severity: 'error', message: 'crpyto-js swaps two neighbouring letters of crypto-js' }],
    },
    'two swapped letters in a name that has been published for years': {
      component: slip,
      evidence: { popularity: swapped, packument: published('crpyto-js', 800 * day, 12) },
      finds: [{ rule: 'typosquat/resembles', severity: 'warning' }],
    },
    'an added word': {
      component: longer,
      evidence: { popularity: addition },
      finds: [{ rule: 'typosquat/resembles', severity: 'warning' }],
    },
    'an added word on a new name with one version': {
      component: longer,
      evidence: { popularity: addition, packument: published('easy-day-js', 2 * day, 1) },
      finds: [{ rule: 'typosquat/imitates', severity: 'error' }],
    },
    'somebody else who names the popular publisher as a maintainer': {
      component: longer,
      evidence: {
        popularity: addition,
        packument: { ...published('easy-day-js', 2 * day, 1, 'mallory'), maintainers: [{ name: 'iamkun' }] },
        imitatedPackage: theirs,
      },
      finds: [{ rule: 'typosquat/imitates', severity: 'error' }],
    },
    'a first version from the future': {
      component: longer,
      evidence: { popularity: addition, packument: published('easy-day-js', -day, 1) },
      finds: [{ rule: 'typosquat/imitates', severity: 'error' }],
    },
  },
  notApplicable: {
    'a package from git': { component: component('crpyto-js', '1.0.0', { source: { type: 'git', url: 'https://git.example/c.git' } }) },
  },
});
