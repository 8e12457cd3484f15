import { installScripts } from '../../src/checks/install-scripts.ts';
import type { AllowlistEntry } from '../../src/model/policy.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, packumentWithStatus, release } from '../support/packument.ts';
import { now, run, testCheck } from './check-tester.ts';
import { days, daysToMilliseconds } from '../../src/model/units.ts';
import { expect, it } from 'vitest';

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
    'the script of a package that a lockfile calls bundled': {
      component: { ...native, isBundled: true },
      evidence: { packument: packumentOf('fast-hash', [release('1.9.0'), release('2.0.0', { installScripts: built })]) },
      finds: [{ rule: 'install-scripts/new' }],
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
    'a script that was not there before, in a release that has been out for long': {
      component: native,
      evidence: {
        packument: packumentOf('fast-hash', [
          release('1.9.0'),
          release('2.0.0', { installScripts: built, publishedAt: Date.parse('2025-11-25T12:00:00Z') }),
        ]),
      },
      finds: [{ rule: 'install-scripts/new' }],
    },
    'a replaced command in a release that has been out for long': {
      component: native,
      evidence: {
        packument: packumentOf('fast-hash', [
          release('1.9.0', { installScripts: built }),
          release('2.0.0', { installScripts: { install: 'node build.js' }, publishedAt: Date.parse('2025-11-25T12:00:00Z') }),
        ]),
      },
      finds: [{ rule: 'install-scripts/changed' }],
    },
    'a new script of a release that is not out for long, or at a time to come': {
      component: native,
      evidence: {
        packument: packumentOf('fast-hash', [
          release('1.9.0'),
          release('2.0.0', { installScripts: built, publishedAt: Date.parse('2027-11-25T12:00:00Z') }),
        ]),
      },
      finds: [{ rule: 'install-scripts/new', severity: 'error' }],
    },
    'the same script as before, each with its own version': {
      component: native,
      evidence: {
        packument: packumentOf('fast-hash', [
          release('1.9.0', { installScripts: { postinstall: 'check-binary fast-hash 1.9.0 check' } }),
          release('2.0.0', { installScripts: { postinstall: 'check-binary fast-hash 2.0.0 check' } }),
        ]),
      },
      finds: [{ rule: 'install-scripts/unlisted' }],
    },
    'the same script as before, but for a version that is not its own': {
      component: native,
      evidence: {
        packument: packumentOf('fast-hash', [
          release('1.9.0', { installScripts: { postinstall: 'npx fetch-binary 1.9.0' } }),
          release('2.0.0', { installScripts: { postinstall: 'npx fetch-binary 6.6.6' } }),
        ]),
      },
      finds: [{ rule: 'install-scripts/changed', severity: 'error' }],
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

it.each([
  ['a month ago', daysToMilliseconds(days(30)), 1],
  ['less than a month ago', daysToMilliseconds(days(30)) - 1, 0],
  ['at a time to come', -1, 0],
])('a new script of a release that came out %s: time speaks for it only if it has passed', (_when, age, count) => {
  const releases = [release('1.9.0'), release('2.0.0', { installScripts: built, publishedAt: now - age })];
  const judgement = run(installScripts, { component: native, evidence: { packument: packumentOf('fast-hash', releases) } });
  expect(judgement).toMatchObject({ result: 'fail', drafts: [{ rule: 'install-scripts/new', counterFacts: { length: count } }] });
});
