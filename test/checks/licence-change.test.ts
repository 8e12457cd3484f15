import { licenceChange } from '../../src/checks/licence-change.ts';
import type { Release } from '../../src/evidence/packument.ts';
import { component } from '../support/inventory.ts';
import { packumentOf, packumentWithStatus, release } from '../support/packument.ts';
import { testCheck } from './check-tester.ts';

const parser = component('ua-parser', '2.0.0');

function published(...licences: readonly (readonly [string, unknown])[]): { readonly packument: ReturnType<typeof packumentOf> } {
  const releases = licences.map(([version, licence]): Release => release(version, licence === undefined ? {} : { licence }));
  return { packument: packumentOf('ua-parser', releases) };
}

testCheck(licenceChange, {
  passes: {
    'the same licence': { component: parser, evidence: published(['1.0.0', 'MIT'], ['2.0.0', 'MIT']) },
    'another permissive licence': { component: parser, evidence: published(['1.0.0', 'MIT'], ['2.0.0', 'ISC']) },
    'an unclear licence that became exact': { component: parser, evidence: published(['1.0.0', 'BSD'], ['2.0.0', 'BSD-3-Clause']) },
    'stricter terms further back': {
      component: parser,
      evidence: published(['1.0.0', 'MIT'], ['1.1.0', 'GPL-3.0-only'], ['2.0.0', 'GPL-3.0-only']),
    },
  },
  fails: {
    'permissive became network copyleft': {
      component: parser,
      evidence: published(['1.0.0', 'MIT'], ['2.0.0', 'AGPL-3.0-or-later']),
      finds: [{ rule: 'licence-change/narrower', severity: 'warning', message: /stricter terms than 1\.0\.0/ }],
    },
    'a second licence in a later version': {
      component: parser,
      evidence: published(['1.0.0', 'MIT'], ['1.9.0-beta.1', 'MIT AND Zlib'], ['2.0.0', 'MIT AND Zlib'], ['3.0.0', 'MIT']),
      finds: [{ rule: 'licence-change/narrower', message: /than 1\.0\.0/ }],
    },
    'the end of all rights': {
      component: parser,
      evidence: published(['1.0.0', 'MIT'], ['2.0.0', 'UNLICENSED']),
      finds: [{ rule: 'licence-change/narrower' }],
    },
    'a licence that can no longer be read': {
      component: parser,
      evidence: published(['1.0.0', 'MIT'], ['2.0.0', 'SEE LICENSE IN LICENSE']),
      finds: [{ rule: 'licence-change/unreadable', severity: 'warning' }],
    },
    'a licence field that went away': {
      component: parser,
      evidence: published(['1.0.0', 'MIT'], ['2.0.0', undefined]),
      finds: [{ rule: 'licence-change/unreadable' }],
    },
  },
  notApplicable: {
    'a first version': { component: parser, evidence: published(['2.0.0', 'MIT']) },
    'a version that the registry does not know': { component: parser, evidence: published(['1.0.0', 'MIT']) },
    'a name that does not exist': { component: parser, evidence: { packument: packumentWithStatus('ua-parser', 'missing') } },
    'a short document': {
      component: parser,
      evidence: { packument: packumentOf('ua-parser', [release('1.0.0'), release('2.0.0')], { representation: 'abbreviated' }) },
    },
  },
});
