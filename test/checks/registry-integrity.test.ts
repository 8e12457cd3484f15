import { registryIntegrity } from '../../src/checks/registry-integrity.ts';
import { hashFromHex, integrityOf as unite } from '../../src/model/integrity.ts';
import { component, integrityOf, withoutIntegrity } from '../support/inventory.ts';
import { packumentOf, packumentWithStatus, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';

const leftPad = component('left-pad', '1.3.0', { integrity: integrityOf(1) });
const sha1 = hashFromHex('sha1', 'a'.repeat(40));
const shasumOnly = unite(sha1 === undefined ? [] : [sha1]);
const { integrity: _, ...withoutDigest } = release('1.3.0');

testCheck(registryIntegrity, {
  passes: { 'the same bytes': { component: leftPad, evidence: { packument: packumentOf('left-pad', [release('1.3.0')]) } } },
  fails: {
    'other bytes': {
      component: leftPad,
      evidence: { packument: packumentOf('left-pad', [release('1.3.0', { integrity: integrityOf(2) })]) },
      finds: [{ rule: 'registry-integrity/differs', severity: 'error' }],
    },
    'a second digest beside the registry’s': {
      component: component('left-pad', '1.3.0', { integrity: [...integrityOf(1), ...integrityOf(2)] }),
      evidence: { packument: packumentOf('left-pad', [release('1.3.0', { integrity: integrityOf(1) })]) },
      finds: [{ rule: 'registry-integrity/differs', severity: 'error' }],
    },
    'a registry with SHA-1 only': {
      component: leftPad,
      evidence: {
        packument: packumentOf('left-pad', [{ ...withoutDigest, ...(shasumOnly === undefined ? {} : { integrity: shasumOnly }) }]),
      },
      finds: [{ rule: 'registry-integrity/not-comparable', severity: 'note' }],
    },
    'a registry without any digest': {
      component: leftPad,
      evidence: { packument: packumentOf('left-pad', [withoutDigest]) },
      finds: [{ rule: 'registry-integrity/not-comparable' }],
    },
  },
  notApplicable: {
    'a lockfile without digest': {
      component: withoutIntegrity(leftPad),
      evidence: { packument: packumentOf('left-pad', [release('1.3.0')]) },
    },
    'a version that does not exist': { component: leftPad, evidence: { packument: packumentOf('left-pad', [release('1.2.0')]) } },
    'a name that does not exist': { component: leftPad, evidence: { packument: packumentWithStatus('left-pad', 'missing') } },
  },
});
