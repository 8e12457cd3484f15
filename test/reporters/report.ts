import type { Finding } from '../../src/model/finding.ts';
import type { Report } from '../../src/model/report.ts';
import { milliseconds } from '../../src/model/units.ts';
import { component, inventory } from '../support/inventory.ts';

const leftPad = component('left-pad', '1.3.1');
const waiver = {
  rule: 'source/git-dependency',
  package: 'our-fork',
  versions: '1.2.x',
  reason: 'our own fork, merged upstream soon',
  owner: 'ada@shop.example',
  ticket: 'SHOP-12',
  expires: milliseconds(Date.parse('2026-12-25T00:00:00Z')),
  location: { file: 'lockgate.yaml', line: 12 },
} as const;

export const tooNew: Finding = {
  rule: 'release-age/too-new',
  severity: 'error',
  subject: { kind: 'component', label: 'left-pad@1.3.1', name: 'left-pad', version: '1.3.1', purl: leftPad.purl, bomRef: leftPad.bomRef },
  message: 'left-pad@1.3.1 was published 14 hours ago',
  facts: [{ label: 'published', value: '2026-11-24T22:00:00.000Z', source: 'registry' }],
  counterFacts: [{ label: 'fixes', value: 'GHSA-0000', source: 'advisories' }],
  help: ['stay on 1.3.0 (2 years old), or wait until 2026-11-25'],
  locations: [
    { file: 'package-lock.json', line: 212 },
    { file: 'package-lock.json', line: 300 },
  ],
  path: ['app@1.0.0', 'lodash-x@2.0.0', 'left-pad@1.3.1'],
  policy: { key: 'checks.release-age.error-below', value: '7d', location: { file: 'lockgate.yaml', line: 9 } },
  fingerprint: '0123456789abcdef0123456789abcdef',
  levelReasons: ['raised from warning: install-time evidence agrees'],
  passesAt: Date.parse('2026-11-25T22:00:00Z'),
};

/** A finding with hostile text in every field that comes from outside. */
export const hostile: Finding = {
  ...tooNew,
  rule: 'install-scripts/new',
  subject: { kind: 'component', label: 'ev\u001b[31mil<script>alert(1)</script>@1.0.0', name: 'evil', version: '1.0.0' },
  message: 'evil@1.0.0 runs \u001b[2J`rm -rf`|<img src=x onerror=alert(1)>]]> %0A::error::\n::set-output',
  facts: [{ label: 'postinstall', value: '$(curl evil)\r\n\u202e<b>&amp;"quoted"', source: 'registry' }],
  counterFacts: [],
  help: ['![x](javascript:alert(1))'],
  fingerprint: 'fedcba9876543210fedcba9876543210',
  levelReasons: [],
};

export const waived: Finding = {
  ...tooNew,
  rule: 'source/git-dependency',
  severity: 'warning',
  subject: { kind: 'component', label: 'our-fork@1.2.0', name: 'our-fork', version: '1.2.0' },
  message: 'our-fork@1.2.0 is fetched from git',
  fingerprint: '00000000000000000000000000000001',
  waiver,
};

/** One report that has something of everything a reporter must render. */
export const reportWithEverything: Report = {
  verdict: 'fail',
  counts: {
    components: 3,
    checks: 2,
    expected: 7,
    pass: 2,
    fail: 3,
    inconclusive: 1,
    notApplicable: 1,
    errors: 2,
    warnings: 0,
    notes: 0,
    waived: 1,
  },
  outcomes: [
    { check: 'release-age', subject: leftPad.bomRef, result: 'fail', findings: [tooNew] },
    {
      check: 'registry-signature',
      subject: leftPad.bomRef,
      result: 'inconclusive',
      reasons: [
        { evidence: 'registry-keys', reason: 'timeout', detail: 'the registry did not answer for its keys', source: 'registry.example' },
      ],
      isAccepted: false,
    },
    { check: 'waiver', subject: 'lockgate.yaml', result: 'not-applicable', why: 'the policy holds no waiver' },
  ],
  findings: [tooNew, hostile, waived],
  changes: [{ type: 'changed', before: component('left-pad', '1.3.0'), after: leftPad }],
  notes: ['3 tarballs were not read'],
  inventory: inventory([leftPad, component('evil', '1.0.0'), component('our-fork', '1.2.0')]),
  rules: new Map([
    [
      'release-age/too-new',
      {
        severity: 'error',
        summary: 'The version is too young',
        why: 'Most attacks are found within days.',
        fix: 'Wait, or stay on the version before.',
        incident: 'September 2025: hours mattered.',
        family: 'freshness',
      },
    ],
  ]),
  origin: { path: 'package-lock.json', format: 'npm-lock-v3', digest: 'a'.repeat(64) },
  project: { name: 'app', version: '1.0.0' },
  policyDigest: 'b'.repeat(64),
  policyPath: 'lockgate.yaml',
  tool: { name: 'lockgate', version: '0.0.0' },
  now: milliseconds(Date.parse('2026-11-25T12:00:00Z')),
};
