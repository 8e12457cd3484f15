import { dormancy } from '../../src/checks/dormancy.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';
import { now, testCheck } from './check-tester.ts';

const day = 86_400_000;
const pad = component('left-pad', '1.3.1');
const history = (age: number, silence: number | undefined): { readonly history: unknown } => ({
  history: {
    status: 'published',
    release: { version: '1.3.1', announced: 'none' },
    publishedAt: now - age * day,
    earlier: [],
    ...(silence === undefined ? {} : { lastBefore: { version: '1.3.0', publishedAt: now - (age + silence) * day } }),
  },
});
const people = (account: string): unknown => ({
  status: 'published',
  publishedAt: now - 3 * day,
  release: { version: '1.3.1', publisher: { name: account } },
  earlier: [{ version: '1.3.0', publisher: { name: 'azer' } }],
});
const trusted = [
  { package: '*', publishers: ['ada'], repositories: [], reason: 'our own releases', location: { file: 'lockgate.yaml', line: 3 } },
];
const document = packumentOf('left-pad', [release('1.3.1', { publisher: { name: 'ada' } })]);

testCheck(dormancy, {
  passes: {
    'an old release': { component: pad, evidence: { history: { status: 'history' } } },
    'exactly a year of silence': { component: pad, evidence: history(3, 365) },
    'a month after it woke up': { component: pad, evidence: history(30, 2000) },
    'a longer silence that the policy allows': { component: pad, evidence: history(3, 400), options: { after: 500 * day } },
  },
  fails: {
    'a year and a day of silence': {
      component: pad,
      evidence: history(3, 366),
      finds: [{ rule: 'dormancy/awakened', severity: 'warning', message: 'first release of left-pad after 1 year' }],
    },
    'in the future': { component: pad, evidence: history(-3, 400), finds: [{ rule: 'dormancy/awakened' }] },
    'woken by the account that has always published it': {
      component: pad,
      evidence: { ...history(3, 800), people: people('azer') },
      finds: [{ rule: 'dormancy/awakened' }],
    },
    'an account with a trusted name, and no proof that it published': {
      component: pad,
      evidence: history(3, 800),
      context: { trusted },
      finds: [{ rule: 'dormancy/awakened' }],
    },
  },
  notApplicable: {
    'the first release of all': { component: pad, evidence: history(3, undefined) },
    'a version that the registry does not know': { component: pad, evidence: { history: { status: 'not-in-registry' } } },
    'own people': { component: pad, evidence: { ...history(3, 800), packument: document }, context: { trusted } },
  },
});
