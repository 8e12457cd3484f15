import { licence } from '../../src/checks/licence.ts';
import type { DeclaredLicence } from '../../src/evidence/declared-licence.ts';
import type { LicenceFiles } from '../../src/evidence/licence-files.ts';
import { component } from '../support/inventory.ts';
import { now, testCheck } from './check-tester.ts';

const pad = component('left-pad', '1.3.0');
const permissive = { allow: ['preset:permissive'] };
const digest = 'a'.repeat(64);

function declaring(field: unknown): { readonly declared: DeclaredLicence } {
  return { declared: { field, from: 'registry' } };
}

function shipping(path: string, sha256: string): { readonly files: LicenceFiles } {
  return { files: { files: [{ path, text: 'terms', sha256, licences: [], references: [], hasOwnConditions: false }] } };
}

function exception(over: object): Readonly<Record<string, unknown>> {
  return {
    ...permissive,
    exceptions: [{ package: 'left-pad', versions: '*', allow: ['GPL-3.0-only'], reason: 'only in tests', expires: now + 1, ...over }],
  };
}

const clarified = {
  ...permissive,
  clarifications: [{ package: 'left-pad', versions: '1.x', licence: 'MIT', file: 'LICENSE', sha256: digest, reason: 'read by hand' }],
};

testCheck(licence, {
  passes: {
    'an allowed licence': { component: pad, evidence: declaring('MIT'), options: permissive },
    'an alternative that is allowed': { component: pad, evidence: declaring('GPL-3.0-only OR MIT'), options: permissive },
    'a legacy array with one readable alternative': { component: pad, evidence: declaring(['BSD', 'MIT']), options: permissive },
    'a well-known name': { component: pad, evidence: declaring('Apache License, Version 2.0'), options: permissive },
    'anything readable, where nothing is listed': { component: pad, evidence: declaring('AGPL-3.0-only') },
    'what is not denied': { component: pad, evidence: declaring('MIT'), options: { deny: ['category:network-copyleft'] } },
    'a licence that is allowed for development only': {
      component: { ...pad, scope: 'dev' },
      evidence: declaring('GPL-3.0-only'),
      options: { ...permissive, 'allow-dev': ['GPL-3.0-only'] },
    },
    'an exception for this package': { component: pad, evidence: declaring('GPL-3.0-only'), options: exception({}) },
    'a clarification whose file has the bytes': {
      component: pad,
      evidence: { ...declaring('SEE LICENSE IN LICENSE'), ...shipping('LICENSE', digest) },
      options: clarified,
    },
  },
  fails: {
    'a licence that is not listed': {
      component: pad,
      evidence: declaring('MIT AND GPL-3.0-only'),
      options: permissive,
      finds: [{ rule: 'licence/not-allowed', severity: 'error', message: /left-pad@1\.3\.0 needs GPL-3\.0-only/ }],
    },
    'a licence that is denied': {
      component: pad,
      evidence: declaring('AGPL-3.0-only'),
      options: { deny: ['category:network-copyleft'] },
      finds: [{ rule: 'licence/not-allowed' }],
    },
    'a licence that is allowed for development only, in production': {
      component: pad,
      evidence: declaring('GPL-3.0-only'),
      options: { ...permissive, 'allow-dev': ['GPL-3.0-only'] },
      finds: [{ rule: 'licence/not-allowed' }],
    },
    'UNLICENSED, whatever is listed': {
      component: pad,
      evidence: declaring('UNLICENSED'),
      options: { allow: ['Unlicense', 'MIT'] },
      finds: [{ rule: 'licence/unknown', severity: 'error', message: /grants no rights/ }],
    },
    'UNLICENSED under a list that only denies': {
      component: pad,
      evidence: declaring('UNLICENSED'),
      options: { deny: ['GPL-3.0-only'] },
      finds: [{ rule: 'licence/unknown' }],
    },
    'a part that nobody can read, even where nothing of it is denied': {
      component: pad,
      evidence: declaring('MIT and BSD'),
      options: { deny: ['GPL-3.0-only'] },
      finds: [{ rule: 'licence/unknown', severity: 'error' }],
    },
    'an unreadable licence, where nothing is listed': {
      component: pad,
      evidence: declaring('BSD'),
      finds: [{ rule: 'licence/unknown', severity: 'note' }],
    },
    'no licence at all': {
      component: pad,
      evidence: { declared: { from: 'registry' } },
      options: permissive,
      finds: [{ rule: 'licence/unknown' }],
    },
    'a source that says nothing': {
      component: pad,
      evidence: { declared: { from: 'nobody' } },
      options: permissive,
      finds: [{ rule: 'licence/unknown', message: /comes from a source that says nothing/ }],
    },
    'a name that hides control characters': {
      component: pad,
      evidence: declaring('\u001b[2JMIT'),
      options: permissive,
      finds: [{ rule: 'licence/unknown' }],
    },
    'an exception that has expired this instant': {
      component: pad,
      evidence: declaring('GPL-3.0-only'),
      options: exception({ expires: now }),
      finds: [{ rule: 'licence/not-allowed' }, { rule: 'licence/stale-exception', severity: 'warning', message: /has expired/ }],
    },
    'an exception for other versions': {
      component: pad,
      evidence: declaring('MIT'),
      options: exception({ versions: '<1' }),
      finds: [{ rule: 'licence/stale-exception', message: /does not cover 1\.3\.0/ }],
    },
    'a clarification whose file has other bytes': {
      component: pad,
      evidence: { ...declaring('SEE LICENSE IN LICENSE'), ...shipping('LICENSE', 'b'.repeat(64)) },
      options: clarified,
      finds: [{ rule: 'licence/unknown' }],
    },
    'a clarification without the file': {
      component: pad,
      evidence: declaring('SEE LICENSE IN LICENSE'),
      options: clarified,
      finds: [{ rule: 'licence/unknown', message: /leaves its licence to a file/ }],
    },
  },
  notApplicable: {
    'a package of this repository': { component: component('app-core', '1.0.0', { source: { type: 'workspace', path: 'core' } }) },
  },
});
