import { confusion } from '../../src/checks/confusion.ts';
import { component } from '../support/inventory.ts';
import { registries } from '../support/registries.ts';
import { now, testCheck } from './check-tester.ts';

const isPublic = { registries: { ...registries, profileOf: () => ({ ...registries.profileOf(''), id: 'public' }) } };
const options = { 'internal-scopes': ['@acme'], 'internal-names': ['acme-billing'] };
const unlisted = { tier: 'none', relations: [], conflation: [], measuredAt: now };

testCheck(confusion, {
  passes: {
    'an internal package from the own registry': { component: component('@acme/core', '1.0.0'), options },
    'a public package from the public registry': { component: component('left-pad', '1.3.0'), options, context: isPublic },
    'a scope that only begins like the internal one': { component: component('@acme-fans/core', '1.0.0'), options, context: isPublic },
    'a listed package with a high version': {
      component: component('chromium-versions', '99.0.1'),
      context: isPublic,
      evidence: { popularity: { ...unlisted, downloads: 40_000 } },
    },
  },
  fails: {
    'an internal scope from the public registry': {
      component: component('@acme/core', '1.0.0'),
      options,
      context: isPublic,
      finds: [{ rule: 'confusion/internal-from-public', severity: 'error', message: /@acme\/core@1\.0\.0/ }],
    },
    'an internal name from the public registry': {
      component: component('acme-billing', '99.0.0'),
      options,
      context: isPublic,
      finds: [{ rule: 'confusion/internal-from-public' }],
    },
    'a version of nines': {
      component: component('billing-internal-utils', '99.99.99'),
      context: isPublic,
      evidence: { popularity: unlisted },
      finds: [{ rule: 'confusion/inflated-version', severity: 'warning' }],
    },
  },
  notApplicable: {
    'a folder of this machine': { component: component('@acme/core', '1.0.0', { source: { type: 'file', path: 'core' } }), options },
  },
});
