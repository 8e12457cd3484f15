import { licenceText } from '../../src/checks/licence-text.ts';
import type { LicenceFile } from '../../src/evidence/licence-files.ts';
import { component } from '../support/inventory.ts';
import { testCheck } from './check-tester.ts';

const redact = component('redact', '4.0.0');

function file(path: string, licences: LicenceFile['licences'], over: Partial<LicenceFile> = {}): LicenceFile {
  return { path, text: 'terms', sha256: 'a'.repeat(64), licences, references: [], hasOwnConditions: false, ...over };
}

function evidence(field: unknown, ...files: readonly LicenceFile[]): object {
  return { declared: { field, from: 'registry' }, files: { files } };
}

const mit = { id: 'MIT', coverage: 1, band: 'same' } as const;
const isc = { id: 'ISC', coverage: 1, band: 'same' } as const;
const gpl = { id: 'GPL-2.0', coverage: 1, band: 'same' } as const;

testCheck(licenceText, {
  passes: {
    'the declared text': { component: redact, evidence: { ...evidence('MIT', file('LICENSE', [mit])) } },
    'one file for each alternative': {
      component: redact,
      evidence: { ...evidence('MIT OR GPL-2.0-or-later', file('LICENSE-GPL', [gpl]), file('LICENSE-MIT', [mit])) },
    },
    'the text of one alternative': { component: redact, evidence: { ...evidence('MIT OR ISC', file('LICENSE', [mit])) } },
    'a second part that is only named': {
      component: redact,
      evidence: { ...evidence('MIT AND Apache-2.0', file('LICENSE', [mit], { references: ['Apache-2.0'] })) },
    },
    'a field that cannot be read, which is the matter of another check': {
      component: redact,
      evidence: { ...evidence('SEE LICENSE IN LICENSE', file('LICENSE', [mit])) },
    },
  },
  fails: {
    'the terms of bundled code beside its own, but in a file of that name': {
      component: redact,
      evidence: { ...evidence('ISC', file('THIRD-PARTY-NOTICES.txt', [mit])) },
      finds: [{ rule: 'licence-text/mismatch', severity: 'note', message: /text it does not ship/ }],
    },
    'another licence than declared': {
      component: redact,
      evidence: { ...evidence('ISC', file('LICENSE', [mit])) },
      finds: [{ rule: 'licence-text/mismatch', severity: 'warning', message: /text of MIT, which it does not declare/ }],
    },
    'one licence more than declared': {
      component: redact,
      evidence: { ...evidence('ISC', file('LICENSE', [isc, mit])) },
      finds: [{ rule: 'licence-text/mismatch', severity: 'note' }],
    },
    'one text less than declared': {
      component: redact,
      evidence: { ...evidence('MIT AND Zlib', file('LICENSE', [mit])) },
      finds: [{ rule: 'licence-text/mismatch', severity: 'note', message: /text it does not ship/ }],
    },
    'a known licence with a sentence of its own': {
      component: redact,
      evidence: { ...evidence('MIT', file('LICENSE', [{ ...mit, coverage: 0.9, band: 'close' }], { hasOwnConditions: true })) },
      finds: [{ rule: 'licence-text/own-terms', severity: 'warning' }],
    },
    'no licence file': { component: redact, evidence: { ...evidence('MIT') }, finds: [{ rule: 'licence-text/missing', severity: 'note' }] },
  },
});
