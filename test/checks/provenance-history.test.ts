import { provenanceHistory } from '../../src/checks/provenance-history.ts';
import type { EarlierRelease } from '../../src/evidence/verified-provenance.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';
import { absent, provenance, refused, verified } from './provenance-facts.ts';

const widget = component('@acme/widget', '1.3.0');
const packument = packumentOf('@acme/widget', [release('1.2.0'), release('1.3.0')]);
const before = (over: Readonly<Record<number, string>> = {}): EarlierRelease => ({
  version: '1.2.0',
  announced: 'provenance',
  provenance: provenance(over),
});
const plain: EarlierRelease = { version: '1.2.0', announced: 'none' };
const after = (over: Readonly<Record<number, string>>) => ({
  component: widget,
  evidence: { packument, provenance: verified(provenance(over), [before()]) },
});

testCheck(provenanceHistory, {
  passes: {
    'the same build as before': after({}),
    'a line that never had provenance': { component: widget, evidence: { packument, provenance: absent([plain]) } },
    'a registry that announces it, as before, and serves none': {
      component: widget,
      evidence: { packument, provenance: absent([{ version: '1.2.0', announced: 'provenance' }], true) },
    },
    'a trusted publisher that has no provenance': {
      component: widget,
      evidence: {
        packument: packumentOf('@acme/widget', [release('1.2.0'), release('1.3.0', { trustedPublisher: 'circleci' })]),
        provenance: absent([before()]),
      },
    },
  },
  fails: {
    'no provenance after some': {
      component: widget,
      evidence: { packument, provenance: absent([before()]) },
      finds: [{ rule: 'provenance-history/downgrade', severity: 'error' }],
    },
    'a token after a trusted publisher': {
      component: widget,
      evidence: { packument, provenance: verified(provenance(), [{ ...before(), hasTrustedPublisher: true }]) },
      finds: [{ rule: 'provenance-history/publisher-downgrade', severity: 'warning' }],
    },
    'another repository id': { ...after({ 15: '1' }), finds: [{ rule: 'provenance-history/repository-changed', severity: 'error' }] },
    'a new name for the same id': {
      ...after({
        12: 'https://github.com/acme-inc/widget',
        18: 'https://github.com/acme-inc/widget/.github/workflows/release.yml@refs/tags/v1.3.0',
      }),
      finds: [{ rule: 'provenance-history/repository-renamed', severity: 'warning' }],
    },
    'another workflow': {
      ...after({ 18: 'https://github.com/acme/widget/.github/workflows/x.yml@refs/tags/v1.3.0' }),
      finds: [{ rule: 'provenance-history/workflow-changed', severity: 'warning' }],
    },
    'a branch instead of a tag': {
      ...after({ 14: 'refs/heads/main' }),
      finds: [{ rule: 'provenance-history/ref-changed', severity: 'note' }],
    },
    'another branch, started by hand': {
      ...after({ 14: 'refs/heads/hotfix', 20: 'workflow_dispatch' }),
      finds: [
        { rule: 'provenance-history/ref-changed', severity: 'warning' },
        { rule: 'provenance-history/trigger-changed', severity: 'note' },
      ],
    },
    'another event': { ...after({ 20: 'workflow_dispatch' }), finds: [{ rule: 'provenance-history/trigger-changed', severity: 'note' }] },
    'another provider': {
      component: widget,
      evidence: {
        packument,
        provenance: verified(provenance(), [before({ 8: 'https://ci.acme.example' })]),
      },
      options: { providers: [{ issuer: 'https://ci.acme.example', type: 'github', origin: 'https://github.com' }] },
      finds: [{ rule: 'provenance-history/issuer-changed', severity: 'warning' }],
    },
  },
  notApplicable: {
    'a package inside of another': {
      component: component('@acme/widget', '1.3.0', { isBundled: true }),
      evidence: { packument, provenance: absent([before()]) },
    },
    'attestations that do not hold': { component: widget, evidence: { packument, provenance: refused('signature') } },
    'a first release': { component: widget, evidence: { packument, provenance: absent() } },
  },
});
