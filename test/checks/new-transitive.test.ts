import { newTransitive } from '../../src/checks/new-transitive.ts';
import type { Component } from '../../src/model/component.ts';
import { component, inventory } from '../support/inventory.ts';
import { packumentOf, packumentWithStatus, release } from '../support/packument.ts';
import { type CheckCase, testCheck } from './check-tester.ts';

const axios = component('axios', '1.14.1');
const helper = component('plain-crypto-js', '4.2.1');
const runsCode = packumentOf('plain-crypto-js', [release('4.2.1', { installScripts: { postinstall: 'node setup.js' } })]);
const underAxios = inventory([axios, helper], {
  edges: { '.': ['node_modules/axios'], 'node_modules/axios': ['node_modules/plain-crypto-js'] },
});
const adds = (
  document: unknown,
  over: { readonly before?: readonly Component[]; readonly after?: Component; readonly allowed?: readonly string[] } = {},
): CheckCase => ({
  subject: { kind: 'change', change: { type: 'added', after: over.after ?? helper } },
  evidence: { packument: document },
  inventory: underAxios,
  context: {
    before: inventory(over.before ?? [component('axios', '1.14.0')]),
    allowed: () =>
      over.allowed === undefined
        ? undefined
        : { package: 'plain-crypto-js', reason: 'read it', source: 'lockgate.yaml:5', scripts: over.allowed },
  },
});

testCheck(newTransitive, {
  passes: {
    'a package without a script': adds(packumentOf('plain-crypto-js', [release('4.2.1')])),
    'a script that only an old lockfile tells of': adds(packumentOf('plain-crypto-js', [release('4.2.1')]), {
      after: { ...helper, hasInstallScript: true },
    }),
    'a script that somebody has read': adds(runsCode, { allowed: ['node setup.js'] }),
  },
  fails: {
    'a script that nobody has read': {
      ...adds(runsCode),
      finds: [{ rule: 'new-transitive/runs-code', severity: 'error', message: /nobody here asked for it/ }],
    },
    'another script than the one that somebody has read': {
      ...adds(runsCode, { allowed: ['node install.js'] }),
      finds: [{ rule: 'new-transitive/runs-code' }],
    },
    'an implicit build': {
      ...adds(packumentOf('plain-crypto-js', [release('4.2.1', { hasGypfile: true })])),
      finds: [{ rule: 'new-transitive/runs-code' }],
    },
  },
  notApplicable: {
    'a package that a manifest asks for': { ...adds(runsCode), inventory: inventory([axios, helper]) },
    'a package that was there in another version': adds(runsCode, { before: [component('plain-crypto-js', '4.2.0')] }),
    'an update': {
      ...adds(runsCode),
      subject: { kind: 'change', change: { type: 'changed', before: component('plain-crypto-js', '4.2.0'), after: helper } },
    },
    'a name that the registry does not know': adds(packumentWithStatus('plain-crypto-js', 'missing')),
  },
});
