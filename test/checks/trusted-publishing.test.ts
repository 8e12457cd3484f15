import { trustedPublishing } from '../../src/checks/trusted-publishing.ts';
import { component } from '../support/inventory.ts';
import { now, testCheck } from './check-tester.ts';

const day = 86_400_000;
const axios = component('axios', '1.14.1');
type Announced = 'none' | 'provenance' | 'trusted-publisher';
const history = (announced: Announced, before: readonly Announced[], age = 2): { readonly history: unknown } => ({
  history: {
    status: 'published',
    release: { version: '1.14.1', announced },
    publishedAt: now - age * day,
    earlier: before.map((one, index) => ({ version: `1.14.${-index}`.replace('-', '0-'), announced: one })),
  },
});

testCheck(trustedPublishing, {
  passes: {
    'an old release': { component: axios, evidence: { history: { status: 'history' } } },
    'as before': { component: axios, evidence: history('trusted-publisher', ['trusted-publisher']) },
    'a trusted publisher in place of provenance': { component: axios, evidence: history('trusted-publisher', ['provenance']) },
    'provenance in place of a trusted publisher': { component: axios, evidence: history('provenance', ['trusted-publisher']) },
    'a line that never had any': { component: axios, evidence: history('none', ['none', 'none']) },
    'the one before had none either': { component: axios, evidence: history('none', ['none', 'provenance', 'provenance']) },
    'lost a month ago': { component: axios, evidence: history('none', ['provenance', 'provenance', 'provenance'], 30) },
  },
  fails: {
    'three in a row had it': {
      component: axios,
      evidence: history('none', ['trusted-publisher', 'trusted-publisher', 'provenance', 'none']),
      finds: [{ rule: 'trusted-publishing/lost', severity: 'error', message: /announced a trusted publisher/ }],
    },
    'two had it': {
      component: axios,
      evidence: history('none', ['provenance', 'provenance', 'none']),
      finds: [{ rule: 'trusted-publishing/lost', severity: 'warning' }],
    },
  },
  notApplicable: {
    'the attestations themselves are judged': {
      component: axios,
      evidence: { ...history('none', ['provenance']), provenance: { status: 'absent', isAnnounced: false, earlier: [] } },
    },
    'the first of its line': { component: axios, evidence: history('none', []) },
    'a version that the registry does not know': { component: axios, evidence: { history: { status: 'not-in-registry' } } },
  },
});
