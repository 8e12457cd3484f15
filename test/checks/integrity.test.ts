import { integrity } from '../../src/checks/integrity.ts';
import { hashFromHex, integrityOf as unite } from '../../src/model/integrity.ts';
import { component, withoutIntegrity } from '../support/inventory.ts';
import { testCheck } from './check-tester.ts';

const sha1 = hashFromHex('sha1', 'a'.repeat(40));
const weak = unite(sha1 === undefined ? [] : [sha1]);
const leftPad = component('left-pad', '1.3.0');

testCheck(integrity, {
  passes: { 'a SHA-512 digest': { component: leftPad } },
  fails: {
    'no digest': { component: withoutIntegrity(leftPad), finds: [{ rule: 'integrity/missing', severity: 'warning' }] },
    'SHA-1 only': {
      component: { ...leftPad, ...(weak === undefined ? {} : { integrity: weak }) },
      finds: [{ rule: 'integrity/weak', message: /SHA1 only/ }],
    },
    'a remote tarball without digest': {
      component: withoutIntegrity({ ...leftPad, source: { type: 'tarball', url: 'https://files.example/left-pad.tgz' } }),
      finds: [{ rule: 'integrity/missing' }],
    },
  },
  notApplicable: {
    'a git dependency': {
      component: withoutIntegrity({ ...leftPad, source: { type: 'git', url: 'https://git.example/a.git', commit: 'c0ffee' } }),
    },
    'a bundled package': { component: withoutIntegrity({ ...leftPad, isBundled: true }) },
    "yarn's checksum of its own archive": { component: withoutIntegrity({ ...leftPad, properties: { 'yarn:cacheChecksum': '10c0/abc' } }) },
  },
});
