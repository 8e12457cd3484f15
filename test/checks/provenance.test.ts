import { provenance as check } from '../../src/checks/provenance.ts';
import { component } from '../support/inventory.ts';
import { testCheck } from './check-tester.ts';
import { absent, provenance, refused, verified } from './provenance-facts.ts';

const widget = component('@acme/widget', '1.3.0');
const required = { mode: 'required' };

testCheck(check, {
  passes: {
    'proven provenance': { component: widget, evidence: { provenance: verified(provenance()) }, options: required },
    'none, where none is required': { component: widget, evidence: { provenance: absent() } },
    'none, for a package that the policy exempts': {
      component: widget,
      evidence: { provenance: absent() },
      options: { mode: 'required', packages: { '@acme/*': 'if-published' } },
    },
  },
  fails: {
    'none, where it is required': {
      component: widget,
      evidence: { provenance: absent() },
      options: required,
      finds: [{ rule: 'provenance/missing', severity: 'error' }],
    },
    'one that is announced and not served, where it is required': {
      component: widget,
      evidence: { provenance: absent([], true) },
      options: required,
      finds: [{ rule: 'provenance/missing', severity: 'error' }],
    },
    'none, where it is required for the scope': {
      component: widget,
      evidence: { provenance: absent() },
      options: { packages: { '@acme/*': 'required' } },
      finds: [{ rule: 'provenance/missing' }],
    },
    'a publish attestation alone, where provenance is required': {
      component: widget,
      evidence: { provenance: verified(undefined) },
      options: required,
      finds: [{ rule: 'provenance/missing' }],
    },
    'attestations that do not hold': {
      component: widget,
      evidence: { provenance: refused('signature') },
      finds: [{ rule: 'provenance/not-proven', severity: 'error' }],
    },
    'an unknown log': {
      component: widget,
      evidence: { provenance: refused('unknown-log', true) },
      finds: [{ rule: 'provenance/unknown-signer', severity: 'error' }],
    },
    'provenance that the document hides': {
      component: widget,
      evidence: { provenance: verified(provenance(), [], false) },
      finds: [{ rule: 'provenance/stripped', severity: 'warning' }],
    },
  },
  notApplicable: {
    'one that is announced and not served': { component: widget, evidence: { provenance: absent([], true) } },
    'a policy that does not look': {
      component: widget,
      evidence: { provenance: refused('signature') },
      options: { packages: { '@acme/widget': 'off' } },
    },
  },
});
