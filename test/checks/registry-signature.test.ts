import { registrySignature } from '../../src/checks/registry-signature.ts';
import { component } from '../support/inventory.ts';
import { testCheck } from './check-tester.ts';

const leftPad = component('left-pad', '1.3.0');
const refused = (reason: string, isUnknownSigner = false) => ({
  component: leftPad,
  evidence: { signature: { status: 'refused', reason, detail: `left-pad@1.3.0: ${reason}`, isUnknownSigner } },
});

testCheck(registrySignature, {
  passes: {
    'a signature over the lockfile’s bytes': {
      component: leftPad,
      evidence: { signature: { status: 'verified', keyid: 'SHA256:key', timeSource: 'transparency-log' } },
    },
  },
  fails: {
    'a signature over other bytes': { ...refused('invalid'), finds: [{ rule: 'registry-signature/invalid', severity: 'error' }] },
    'a version without one among signed versions': {
      ...refused('missing'),
      finds: [{ rule: 'registry-signature/missing', severity: 'error' }],
    },
    'a version without one where the policy requires it': {
      ...refused('required'),
      finds: [{ rule: 'registry-signature/required', severity: 'error' }],
    },
    'a key that nobody knows': { ...refused('unknown-key', true), finds: [{ rule: 'registry-signature/unknown-key', severity: 'error' }] },
    'a key after its end': { ...refused('expired-key'), finds: [{ rule: 'registry-signature/expired-key', severity: 'error' }] },
    'a reason that has no rule of its own': { ...refused('too-many'), finds: [{ rule: 'registry-signature/invalid', severity: 'error' }] },
  },
  notApplicable: {
    'a lockfile without SHA-512': { component: leftPad, evidence: { signature: { status: 'nothing-to-verify' } } },
    'a version that the registry does not know': { component: leftPad, evidence: { signature: { status: 'not-in-registry' } } },
    'a package inside of another': {
      component: component('left-pad', '1.3.0', { isBundled: true }),
      evidence: { signature: { status: 'refused', reason: 'missing', detail: 'none', isUnknownSigner: false } },
    },
  },
});
