import { newDependency } from '../../src/checks/new-dependency.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';
import { now, testCheck } from './check-tester.ts';

const day = 86_400_000;
const axios = component('axios', '1.14.1');
const gained = (age: number, over: object = {}, released = 2): { readonly dependencies: unknown } => ({
  dependencies: {
    status: 'published',
    publishedAt: now - released * day,
    previous: '1.14.0',
    sought: ['plain-crypto-js'],
    gained: [
      {
        name: 'plain-crypto-js',
        range: '^4.2.1',
        firstPublishedAt: now - (released + age) * day,
        versionCount: 2,
        hasInstallScript: false,
        publisher: 'stranger',
        ...over,
      },
    ],
  },
});
const trusted = [
  { package: 'axios', publishers: ['ada'], repositories: [], reason: 'our own releases', location: { file: 'lockgate.yaml', line: 3 } },
];

testCheck(newDependency, {
  passes: {
    'an old release': { component: axios, evidence: { dependencies: { status: 'history' } } },
    'nothing new': {
      component: axios,
      evidence: { dependencies: { status: 'published', publishedAt: now, previous: '1.14.0', sought: [], gained: [] } },
    },
    'a new dependency that had been there for a month': { component: axios, evidence: gained(30) },
    'a split-off of the same people': { component: axios, evidence: gained(0.5, { publisher: 'own' }) },
    'a release that is a month old': { component: axios, evidence: gained(0.5, {}, 30) },
  },
  fails: {
    'a package of strangers that was hours old': {
      component: axios,
      evidence: gained(0.75),
      finds: [
        { rule: 'new-dependency/too-new', severity: 'error', message: /plain-crypto-js, which was first published 18 hours before it/ },
      ],
    },
    'one that was weeks old': { component: axios, evidence: gained(20), finds: [{ rule: 'new-dependency/young', severity: 'warning' }] },
    'one that was weeks old and runs code': {
      component: axios,
      evidence: gained(20, { hasInstallScript: true }),
      finds: [{ rule: 'new-dependency/too-new', severity: 'error' }],
    },
    'one that came after the release': {
      component: axios,
      evidence: gained(-1),
      finds: [{ rule: 'new-dependency/too-new', message: /did not exist/ }],
    },
    'of people whom the registry does not name': {
      component: axios,
      evidence: gained(0.75, { publisher: 'unknown' }),
      finds: [{ rule: 'new-dependency/too-new', severity: 'warning' }],
    },
    'of people with a maintainer in common': {
      component: axios,
      evidence: gained(0.75, { publisher: 'befriended' }),
      finds: [{ rule: 'new-dependency/too-new', severity: 'warning' }],
    },
    'with a maintainer in common, and code that runs': {
      component: axios,
      evidence: gained(0.75, { publisher: 'befriended', hasInstallScript: true }),
      finds: [{ rule: 'new-dependency/too-new', severity: 'error' }],
    },
  },
  notApplicable: {
    'the first of its line': {
      component: axios,
      evidence: { dependencies: { status: 'published', publishedAt: now, sought: [], gained: [] } },
    },
    'a version that the registry does not know': { component: axios, evidence: { dependencies: { status: 'not-in-registry' } } },
    'own people': {
      component: axios,
      evidence: { ...gained(0.75), packument: packumentOf('axios', [release('1.14.1', { publisher: { name: 'ada' } })]) },
      context: { trusted },
    },
  },
});
