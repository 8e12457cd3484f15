import { newPackage } from '../../src/checks/new-package.ts';
import { component } from '../support/inventory.ts';
import { now, testCheck } from './check-tester.ts';

const day = 86_400_000;
const first = (age: number): { readonly publishTime: unknown } => ({
  publishTime: { status: 'published', publishedAt: now - age, firstPublishedAt: now - age, versionCount: 1 },
});
const young = component('easy-day-js', '1.0.0');

testCheck(newPackage, {
  passes: { 'a name that is thirty days old': { component: young, evidence: first(30 * day) } },
  fails: {
    'a name of yesterday': { component: young, evidence: first(day), finds: [{ rule: 'new-package/too-new', severity: 'error' }] },
    'a name of two weeks': { component: young, evidence: first(14 * day), finds: [{ rule: 'new-package/recent', severity: 'warning' }] },
    'a name from the future': { component: young, evidence: first(-day), finds: [{ rule: 'new-package/too-new', message: /future/ }] },
  },
  notApplicable: {
    'a version that the registry does not know': { component: young, evidence: { publishTime: { status: 'not-in-registry' } } },
  },
});
