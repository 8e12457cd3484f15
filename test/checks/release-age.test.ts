import { describe, expect, it } from 'vitest';
import { releaseAge } from '../../src/checks/release-age.ts';
import { advisoryOf } from '../support/advisories.ts';
import { component } from '../support/inventory.ts';
import { now, run, testCheck } from './check-tester.ts';

const hour = 3_600_000;
const fresh = component('left-pad', '1.3.1');
const published = (age: number): { readonly publishTime: unknown } => ({
  publishTime: {
    status: 'published',
    publishedAt: now - age,
    firstPublishedAt: now - 9000 * hour,
    versionCount: 12,
    previous: { version: '1.3.0', publishedAt: now - 17_532 * hour },
  },
});

testCheck(releaseAge, {
  passes: {
    'exactly a week old': { component: fresh, evidence: published(168 * hour) },
    'an excepted scope': {
      component: component('@acme/ui', '2.0.0'),
      evidence: published(0),
      options: { exceptions: [{ package: '@acme/*', after: 0, reason: 'our own releases' }] },
    },
    'a shorter limit of the policy': {
      component: fresh,
      evidence: published(2 * hour),
      options: { 'error-below': hour, 'warn-below': hour },
    },
  },
  fails: {
    '14 hours old': {
      component: fresh,
      evidence: published(14 * hour),
      finds: [{ rule: 'release-age/too-new', severity: 'error', message: 'left-pad@1.3.1 was published 14 hours ago' }],
    },
    'one millisecond too young': { component: fresh, evidence: published(24 * hour - 1), finds: [{ rule: 'release-age/too-new' }] },
    'a young fix of a known flaw, which is a note': {
      component: fresh,
      evidence: { ...published(14 * hour), fixedAdvisories: [advisoryOf()] },
      finds: [{ rule: 'release-age/too-new', severity: 'note' }],
    },
    'a young version that fixes nothing': {
      component: fresh,
      evidence: { ...published(14 * hour), fixedAdvisories: [] },
      finds: [{ rule: 'release-age/too-new', severity: 'error' }],
    },
    'a fix that claims to come from the future': {
      component: fresh,
      evidence: { ...published(-48 * hour), fixedAdvisories: [advisoryOf()] },
      finds: [{ rule: 'release-age/too-new', severity: 'error' }],
    },
    'three days old': {
      component: fresh,
      evidence: published(72 * hour),
      finds: [{ rule: 'release-age/recent', severity: 'warning', message: /3 days ago/ }],
    },
    'published in the future': {
      component: fresh,
      evidence: published(-48 * hour),
      finds: [{ rule: 'release-age/too-new', message: /in the future/ }],
    },
    'an exception of another scope with the same start': {
      component: component('@acme-evil/ui', '2.0.0'),
      evidence: published(hour),
      options: { exceptions: [{ package: '@acme/*', after: 0, reason: 'our own releases' }] },
      finds: [{ rule: 'release-age/too-new' }],
    },
  },
  notApplicable: {
    'a version that the registry does not know': { component: fresh, evidence: { publishTime: { status: 'not-in-registry' } } },
  },
});

describe('the version to stay on', () => {
  const before = (age: number): unknown => {
    const { publishTime } = published(14 * hour);
    const evidence = { publishTime: { ...(publishTime as object), previous: { version: '1.3.0', publishedAt: now - age } } };
    const judgement = run(releaseAge, { component: fresh, evidence });
    return judgement.result === 'fail' ? judgement.drafts[0].fixVersion : judgement.result;
  };

  it('is the one before, where that is old enough itself', () => {
    expect(before(24 * hour)).toBe('1.3.0');
    expect(before(24 * hour - 1)).toBeUndefined();
  });
});
