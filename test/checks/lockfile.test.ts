import { lockfile } from '../../src/checks/lockfile.ts';
import { bomRef } from '../../src/model/component.ts';
import { component, inventory } from '../support/inventory.ts';
import { testCheck } from './check-tester.ts';

const location = { file: 'package-lock.json', line: 3 };
const one = component('left-pad', '1.3.0');

testCheck(lockfile, {
  passes: { 'nothing to remark': { inventory: inventory([one]) } },
  fails: {
    'a version from the future': {
      inventory: inventory([one], { facts: [{ type: 'unknown-version', version: '9', newestKnown: '3', location }] }),
      finds: [{ rule: 'lockfile/unknown-version', severity: 'warning' }],
    },
    'a manifest that moved on': {
      inventory: inventory([one], {
        facts: [{ type: 'manifest-drift', manifest: 'package.json', name: 'left-pad', declared: '^2.0.0', locked: '^1.0.0', location }],
      }),
      finds: [{ rule: 'lockfile/manifest-drift', severity: 'warning', message: /asks for left-pad \^2\.0\.0/ }],
    },
    'a manifest that asks for what the lockfile does not hold': {
      inventory: inventory([one], {
        facts: [{ type: 'manifest-drift', manifest: 'package.json', name: 'right-pad', declared: '^1.0.0', location }],
      }),
      finds: [{ rule: 'lockfile/manifest-drift', severity: 'error' }],
    },
    'a manifest that no longer asks for it': {
      inventory: inventory([one], {
        facts: [{ type: 'manifest-drift', manifest: 'package.json', name: 'left-pad', locked: '^1.0.0', location }],
      }),
      finds: [{ rule: 'lockfile/manifest-drift', severity: 'warning' }],
    },
    'a workspace name from a registry': {
      inventory: inventory([one], { facts: [{ type: 'workspace-from-registry', name: 'left-pad', component: one.bomRef, location }] }),
      finds: [{ rule: 'lockfile/workspace-from-registry', severity: 'error' }],
    },
    'an override that is not followed': {
      inventory: inventory([one], {
        facts: [{ type: 'override-ignored', selector: 'left-pad', wanted: '1.3.1', locked: '1.3.0', location }],
      }),
      finds: [{ rule: 'lockfile/override-ignored' }],
    },
    'a dependency without entry': {
      inventory: inventory([one], {
        facts: [{ type: 'unresolved-dependency', from: bomRef('.'), name: 'right-pad', range: '^1.0.0', location }],
      }),
      finds: [{ rule: 'lockfile/unresolved-dependency', severity: 'error', message: /app asks for right-pad/ }],
    },
    'a dependency of another package without entry': {
      inventory: inventory([one], {
        facts: [{ type: 'unresolved-dependency', from: one.bomRef, name: 'right-pad', range: '^1.0.0', location }],
      }),
      finds: [{ rule: 'lockfile/unresolved-dependency', severity: 'warning' }],
    },
    'two halves that disagree': {
      inventory: inventory([one], { facts: [{ type: 'contradictory-halves', path: 'node_modules/left-pad', location }] }),
      finds: [{ rule: 'lockfile/contradictory-halves', severity: 'error', message: /node_modules\/left-pad has other bytes/ }],
    },
    'conflict markers': {
      inventory: inventory([one], { facts: [{ type: 'conflict-markers', location }] }),
      finds: [{ rule: 'lockfile/conflict-markers', severity: 'error' }],
    },
    'a second package manager': {
      context: { siblingLockfiles: ['yarn.lock'] },
      finds: [{ rule: 'lockfile/second-package-manager', message: /yarn\.lock/ }],
    },
  },
});
