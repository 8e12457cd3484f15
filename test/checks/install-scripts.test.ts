import { installScripts } from '../../src/checks/install-scripts.ts';
import type { AllowlistEntry } from '../../src/model/policy.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, packumentWithStatus, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';

const native = component('fast-hash', '2.0.0');
const built = { install: 'node-gyp rebuild' };
const allowing = (scripts?: readonly string[]): { readonly allowed: () => AllowlistEntry } => ({
  allowed: () => ({
    package: 'fast-hash',
    reason: 'builds a native addon',
    source: 'lockgate.yaml:4',
    ...(scripts === undefined ? {} : { scripts }),
  }),
});

testCheck(installScripts, {
  passes: {
    'no install script': { component: native, evidence: { packument: packumentOf('fast-hash', [release('2.0.0')]) } },
    'a listed command': {
      component: native,
      evidence: { packument: packumentOf('fast-hash', [release('2.0.0', { installScripts: built })]) },
      context: allowing(['node-gyp rebuild']),
    },
    'a listed package whose script only the lockfile knows': {
      component: { ...native, hasInstallScript: true },
      evidence: { packument: packumentOf('fast-hash', [release('1.9.0'), release('2.0.0')]) },
      context: allowing(['node-gyp rebuild']),
    },
    'a listed package with any command': {
      component: native,
      evidence: { packument: packumentOf('fast-hash', [release('1.0.0'), release('2.0.0', { installScripts: built })]) },
      context: allowing(),
    },
  },
  fails: {
    'an unlisted script in a first release': {
      component: native,
      evidence: { packument: packumentOf('fast-hash', [release('2.0.0', { installScripts: built })]) },
      finds: [{ rule: 'install-scripts/unlisted', severity: 'warning' }],
    },
    'the same unlisted script as before': {
      component: native,
      evidence: {
        packument: packumentOf('fast-hash', [release('1.9.0', { installScripts: built }), release('2.0.0', { installScripts: built })]),
      },
      finds: [{ rule: 'install-scripts/unlisted' }],
    },
    'a script that was not there before': {
      component: native,
      evidence: {
        packument: packumentOf('fast-hash', [release('1.9.0'), release('2.0.0', { installScripts: { preinstall: 'node setup.mjs' } })]),
      },
      finds: [{ rule: 'install-scripts/new', severity: 'error', message: /1\.9\.0 did not/ }],
    },
    'a listed package whose command was replaced': {
      component: native,
      evidence: {
        packument: packumentOf('fast-hash', [
          release('1.9.0', { installScripts: built }),
          release('2.0.0', { installScripts: { install: 'node telemetry.js' } }),
        ]),
      },
      context: allowing(['node-gyp rebuild']),
      finds: [{ rule: 'install-scripts/changed', severity: 'error' }],
    },
    'the implicit build of a binding.gyp': {
      component: native,
      evidence: { packument: packumentOf('fast-hash', [release('1.9.0'), release('2.0.0', { hasGypfile: true })]) },
      finds: [{ rule: 'install-scripts/new' }],
    },
    'a script that only the lockfile knows': {
      component: { ...native, hasInstallScript: true },
      evidence: { packument: packumentOf('fast-hash', [release('1.9.0'), release('2.0.0')]) },
      finds: [{ rule: 'install-scripts/unlisted', message: /says the lockfile/ }],
    },
    'a prerelease in between is not the version before': {
      component: native,
      evidence: {
        packument: packumentOf('fast-hash', [
          release('1.9.0'),
          release('2.0.0-beta.1', { installScripts: built }),
          release('2.0.0', { installScripts: built }),
        ]),
      },
      finds: [{ rule: 'install-scripts/new', message: /1\.9\.0/ }],
    },
  },
  notApplicable: {
    'a name that does not exist': { component: native, evidence: { packument: packumentWithStatus('fast-hash', 'missing') } },
  },
});
