import { standing } from '../../src/checks/standing.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, packumentWithStatus, release } from '../support/packument.ts';
import { registries } from '../support/registries.ts';
import { now, testCheck } from './check-tester.ts';

const helper = component('easy-day-js', '1.0.1');
const unlisted = { tier: 'none', relations: [], conflation: [], measuredAt: now };
const document = packumentOf('easy-day-js', [release('1.0.0'), release('1.0.1')]);
const trusted = [
  { package: '*', publishers: ['ada'], repositories: [], reason: 'our own releases', location: { file: 'lockgate.yaml', line: 3 } },
];

testCheck(standing, {
  passes: {
    'used by many': { component: helper, evidence: { packument: document, popularity: { ...unlisted, downloads: 5000 } } },
    'new in a scope that many use': {
      component: helper,
      evidence: { packument: document, popularity: { ...unlisted, scopeDownloads: 5000 } },
    },
    'with a repository': {
      component: helper,
      evidence: {
        packument: packumentOf('easy-day-js', [release('1.0.1', { repository: 'github:ada/easy-day-js' })]),
        popularity: unlisted,
      },
    },
    'with a history': {
      component: helper,
      evidence: {
        packument: packumentOf(
          'easy-day-js',
          ['1.0.0', '1.0.1', '1.0.2', '1.0.3'].map((version) => release(version)),
        ),
        popularity: unlisted,
      },
    },
    'in a scope with a registry of its own': {
      component: component('@acme/ui', '1.0.0'),
      evidence: { packument: packumentOf('@acme/ui', [release('1.0.0')]), popularity: unlisted },
      context: {
        registries: {
          ...registries,
          registryFor: (name) => (name.startsWith('@acme/') ? 'https://acme.example/' : 'https://registry.example/'),
        },
      },
    },
    'of own people': {
      component: helper,
      evidence: { packument: packumentOf('easy-day-js', [release('1.0.1', { publisher: { name: 'ada' } })]), popularity: unlisted },
      context: { trusted },
    },
  },
  fails: {
    'nothing speaks for it': {
      component: helper,
      evidence: { packument: document, popularity: unlisted },
      finds: [{ rule: 'standing/low', severity: 'warning', message: '2 versions, few users and no repository' }],
    },
    'a repository that is none': {
      component: helper,
      evidence: { packument: packumentOf('easy-day-js', [release('1.0.1', { repository: 'none' })]), popularity: unlisted },
      finds: [{ rule: 'standing/low' }],
    },
    'deprecated, with the message made harmless': {
      component: helper,
      evidence: {
        packument: packumentOf('easy-day-js', [release('1.0.1', { deprecated: 'use dayjs\u001b[2J instead', repository: 'ada/x' })]),
        popularity: unlisted,
      },
      finds: [{ rule: 'standing/deprecated', severity: 'note', message: /deprecated: use dayjs\\u\{1b\}\[2J instead/ }],
    },
  },
  notApplicable: {
    'a version that the registry does not know': {
      component: component('easy-day-js', '9.9.9'),
      evidence: { packument: document, popularity: unlisted },
    },
    'a name that the registry does not know': {
      component: helper,
      evidence: { packument: packumentWithStatus('easy-day-js', 'missing'), popularity: unlisted },
    },
  },
});
