import { tarballIntegrity } from '../../src/checks/tarball-integrity.ts';
import { component, integrityOf, withoutIntegrity } from '../support/inventory.ts';
import { testCheck } from './check-tester.ts';
import { damaged, swapped, tarballOf } from './tarballs.ts';

const unlocked = withoutIntegrity(component('left-pad', '1.3.0'));
const lockedBySha1 = component('left-pad', '1.3.0', { integrity: [{ algorithm: 'sha1', digest: '1'.repeat(40) }] });

testCheck(tarballIntegrity, {
  passes: {
    'the locked bytes': { evidence: { tarball: tarballOf() } },
    'locked bytes that are no archive: another check says so': { evidence: { tarball: damaged } },
    'bytes without a locked digest that the registry names': {
      component: unlocked,
      evidence: { tarball: tarballOf({ published: integrityOf(1) }) },
    },
    'a registry that contradicts the lockfile: registry-integrity says so': {
      evidence: { tarball: tarballOf({ published: integrityOf(2) }) },
    },
  },
  fails: {
    'bytes that the lockfile does not name': {
      evidence: { tarball: swapped },
      finds: [{ rule: 'tarball-integrity/differs', severity: 'error', message: /other bytes than the lockfile names/ }],
    },
    'bytes that the registry does not name, where the lockfile is silent': {
      component: unlocked,
      evidence: { tarball: { ...swapped, published: integrityOf(1) } },
      finds: [{ rule: 'tarball-integrity/registry-differs', severity: 'error' }],
    },
    'bytes that fit a weak digest of the lockfile and not the strong one of the registry': {
      component: lockedBySha1,
      evidence: { tarball: tarballOf({ digests: integrityOf(9), published: integrityOf(1) }) },
      finds: [{ rule: 'tarball-integrity/registry-differs', severity: 'error' }],
    },
  },
  notApplicable: { 'no digest anywhere': { component: unlocked, evidence: { tarball: tarballOf() } } },
});
