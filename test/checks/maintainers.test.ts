import { maintainers } from '../../src/checks/maintainers.ts';
import { component } from '../support/inventory.ts';
import { now, testCheck } from './check-tester.ts';

const day = 86_400_000;
const template = component('art-template', '4.13.3');
const people = (accounts: readonly string[] | undefined, before: readonly string[] | undefined, age = 2): { readonly people: unknown } => ({
  people: {
    status: 'published',
    publishedAt: now - age * day,
    release: { version: '4.13.3', publisher: { name: 'goofychris' }, ...(accounts === undefined ? {} : { maintainers: accounts }) },
    earlier: [
      { version: '4.13.2', publisher: { name: 'aui' } },
      ...(before === undefined ? [] : [{ version: '4.13.1', publisher: { name: 'aui' }, maintainers: before }]),
    ],
  },
});

testCheck(maintainers, {
  passes: {
    'an old release': { component: template, evidence: { people: { status: 'history' } } },
    'the same people in another order': { component: template, evidence: people(['aui', 'tang'], ['tang', 'aui']) },
    'a change a month ago': { component: template, evidence: people(['stranger'], ['aui'], 30) },
  },
  fails: {
    'nobody is left': {
      component: template,
      evidence: people(['stranger'], ['aui', 'tang']),
      finds: [{ rule: 'maintainers/replaced', severity: 'warning', message: /none of the maintainers of 4\.13\.1/ }],
    },
    'somebody new': {
      component: template,
      evidence: people(['aui', 'tang'], ['aui']),
      finds: [{ rule: 'maintainers/added', severity: 'note', message: /tang$/ }],
    },
    'somebody less': {
      component: template,
      evidence: people(['aui'], ['aui', 'tang']),
      finds: [{ rule: 'maintainers/removed', severity: 'note' }],
    },
    'one came and one went': {
      component: template,
      evidence: people(['aui', 'new'], ['aui', 'tang']),
      finds: [{ rule: 'maintainers/added' }, { rule: 'maintainers/removed' }],
    },
  },
  notApplicable: {
    'no earlier release says': { component: template, evidence: people(['aui'], undefined) },
    'the release does not say': { component: template, evidence: people(undefined, ['aui']) },
    'a version that the registry does not know': { component: template, evidence: { people: { status: 'not-in-registry' } } },
  },
});
