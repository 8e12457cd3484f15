import { provenanceIdentity } from '../../src/checks/provenance-identity.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';
import { absent, provenance, verified } from './provenance-facts.ts';

const widget = component('@acme/widget', '1.3.0');
const declared = (repository?: string) => packumentOf('@acme/widget', [release('1.3.0', repository === undefined ? {} : { repository })]);
const packument = declared('git+https://github.com/acme/widget.git');
const built = (over: Readonly<Record<number, string>> = {}) => ({
  component: widget,
  evidence: { packument, provenance: verified(provenance(over)) },
});
const person = provenance();
const byPerson = { ...person, certificate: { ...person.certificate, subject: { kind: 'email' as const, value: 'a@acme.example' } } };
const reusable = provenance();
const byBuilder = {
  ...reusable,
  certificate: {
    ...reusable.certificate,
    subject: { kind: 'uri' as const, value: 'https://github.com/builders/ci/.github/workflows/npm.yml@refs/tags/v1' },
  },
};

testCheck(provenanceIdentity, {
  passes: {
    'a build of the declared repository': built(),
    'a build whose package.json names no repository': {
      component: widget,
      evidence: { packument: declared(), provenance: verified(provenance()) },
    },
    'a build as the policy expects it': {
      ...built(),
      options: { expected: { '@acme/*': { repository: 'github:acme/widget', workflow: '.github/workflows/release.yml' } } },
    },
    'an event that the policy allows': { ...built({ 20: 'issue_comment' }), options: { 'allowed-triggers': ['issue_comment'] } },
    'a self-hosted runner that the policy allows': { ...built({ 11: 'self-hosted' }), options: { 'self-hosted-runners': true } },
    'an enterprise issuer that the policy names': {
      ...built({ 8: 'https://token.actions.githubusercontent.com/acme' }),
      options: {
        providers: [{ issuer: 'https://token.actions.githubusercontent.com/acme', type: 'github', origin: 'https://github.com' }],
      },
    },
    'a reusable workflow that the policy names': {
      component: widget,
      evidence: { packument, provenance: verified(byBuilder) },
      options: { builders: ['https://github.com/builders/ci/.github/workflows/npm.yml'] },
    },
  },
  fails: {
    'a build of a fork': {
      ...built({ 12: 'https://github.com/evil/widget' }),
      finds: [{ rule: 'provenance-identity/wrong-repository', severity: 'error' }],
    },
    'a declared repository that cannot be read': {
      component: widget,
      evidence: { packument: declared('somewhere'), provenance: verified(provenance()) },
      finds: [{ rule: 'provenance-identity/wrong-repository' }],
    },
    'another repository than the policy expects': {
      ...built(),
      options: { expected: { '@acme/widget': { repository: 'acme/other' } } },
      finds: [{ rule: 'provenance-identity/wrong-repository' }],
    },
    'another workflow than the policy expects': {
      ...built(),
      options: { expected: { '*': { repository: 'acme/widget', workflow: '.github/workflows/publish.yml' } } },
      finds: [{ rule: 'provenance-identity/unexpected-workflow' }],
    },
    'an event of an outsider': {
      ...built({ 20: 'pull_request_target' }),
      finds: [{ rule: 'provenance-identity/risky-trigger', severity: 'error' }],
    },
    'a pull request’s ref': { ...built({ 14: 'refs/pull/7/merge' }), finds: [{ rule: 'provenance-identity/unreviewed-ref' }] },
    'a self-hosted runner': { ...built({ 11: 'self-hosted' }), finds: [{ rule: 'provenance-identity/self-hosted-runner' }] },
    'an unknown issuer': { ...built({ 8: 'https://issuer.example' }), finds: [{ rule: 'provenance-identity/untrusted-issuer' }] },
    'a person': {
      component: widget,
      evidence: { packument, provenance: verified(byPerson) },
      finds: [{ rule: 'provenance-identity/not-a-build' }],
    },
    'a reusable workflow that the policy does not name': {
      component: widget,
      evidence: { packument, provenance: verified(byBuilder) },
      options: { builders: ['https://github.com/builders/ci/.github/workflows/other.yml'] },
      finds: [{ rule: 'provenance-identity/unexpected-builder' }],
    },
    'another commit in the predicate': { ...built({ 13: 'decade' }), finds: [{ rule: 'provenance-identity/contradiction' }] },
  },
  notApplicable: {
    'a package inside of another': {
      component: component('@acme/widget', '1.3.0', { isBundled: true }),
      evidence: { packument, provenance: verified(provenance()) },
    },
    'a version without provenance': { component: widget, evidence: { packument, provenance: absent() } },
  },
});
