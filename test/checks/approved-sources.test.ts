import { approvedSources } from '../../src/checks/approved-sources.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';

const pad = component('left-pad', '1.3.0');
const published = (name: string, over: object = {}): { readonly packument: unknown } => ({
  packument: packumentOf(name, [release('1.3.0', { publisher: { name: 'azer' }, repository: 'github:acme/pads', ...over })]),
});
const only = (over: object): Readonly<Record<string, unknown>> => ({ mode: 'approved-only', ...over });

testCheck(approvedSources, {
  passes: {
    'an approved name': { component: pad, evidence: published('left-pad'), options: only({ packages: ['left-pad'] }) },
    'an approved scope': {
      component: component('@acme/ui', '1.3.0'),
      evidence: published('@acme/ui'),
      options: only({ packages: ['@acme/*'] }),
    },
    'an approved account': { component: pad, evidence: published('left-pad'), options: only({ publishers: ['azer'] }) },
  },
  fails: {
    'nobody is approved': {
      component: pad,
      evidence: published('left-pad'),
      options: only({}),
      finds: [{ rule: 'approved-sources/not-approved', severity: 'error' }],
    },
    'a scope with the same start': {
      component: component('@acme-evil/ui', '1.3.0'),
      evidence: published('@acme-evil/ui'),
      options: only({ packages: ['@acme/*'] }),
      finds: [{ rule: 'approved-sources/not-approved' }],
    },
    'an account that differs in letter case': {
      component: pad,
      evidence: published('left-pad', { publisher: { name: 'Azer' } }),
      options: only({ publishers: ['azer'] }),
      finds: [{ rule: 'approved-sources/not-approved' }],
    },
    'a pipeline with the name of an account': {
      component: pad,
      evidence: published('left-pad', { trustedPublisher: 'github' }),
      options: only({ publishers: ['azer'] }),
      finds: [{ rule: 'approved-sources/not-approved' }],
    },
    'a repository that is only claimed': {
      component: pad,
      evidence: published('left-pad'),
      options: only({ repositories: ['github:acme/pads'] }),
      finds: [{ rule: 'approved-sources/not-approved', message: 'comes from no approved source' }],
    },
  },
  notApplicable: { 'a policy without a list': { component: pad, evidence: published('left-pad') } },
});
