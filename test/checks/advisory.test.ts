import { describe, expect, it } from 'vitest';
import { advisory } from '../../src/checks/advisory.ts';
import type { AdvisorySeverity } from '../../src/model/advisory.ts';
import { advisoryOf } from '../support/advisories.ts';
import { component, inventory } from '../support/inventory.ts';
import { run, testCheck } from './check-tester.ts';

const leftPad = component('left-pad', '1.3.0');
const hitBy = (...advisories: readonly unknown[]): Readonly<Record<string, unknown>> => ({ advisories });
const rated = (severity: AdvisorySeverity): Readonly<Record<string, unknown>> => hitBy(advisoryOf({ severity }));

testCheck(advisory, {
  passes: {
    'a version that nothing is known against': { component: leftPad, evidence: hitBy() },
    'malware, which is the other check’s': { component: leftPad, evidence: hitBy(advisoryOf({ isMalware: true })) },
  },
  fails: {
    'a critical flaw': {
      component: leftPad,
      evidence: rated('critical'),
      finds: [
        {
          rule: 'advisory/critical',
          severity: 'error',
          message: 'left-pad@1.3.0 has a known flaw: Pads with the wrong character (GHSA-aaaa-bbbb-cccc)',
        },
      ],
    },
    'a flaw of high severity': { component: leftPad, evidence: rated('high'), finds: [{ rule: 'advisory/high', severity: 'error' }] },
    'a flaw of moderate severity': {
      component: leftPad,
      evidence: rated('moderate'),
      finds: [{ rule: 'advisory/moderate', severity: 'warning' }],
    },
    'a flaw of low severity': { component: leftPad, evidence: rated('low'), finds: [{ rule: 'advisory/low', severity: 'note' }] },
    'a flaw that nobody rated': {
      component: leftPad,
      evidence: rated('unrated'),
      finds: [{ rule: 'advisory/unrated', severity: 'error' }],
    },
    'several flaws': {
      component: leftPad,
      evidence: hitBy(advisoryOf(), advisoryOf({ id: 'GHSA-dddd-eeee-ffff', severity: 'low' })),
      finds: [{ rule: 'advisory/high' }, { rule: 'advisory/low' }],
    },
  },
  notApplicable: {
    'a git dependency': { component: component('fork', '1.0.0', { source: { type: 'git', url: 'https://git.example/fork.git' } }) },
  },
});

describe('the way out of a flaw', () => {
  it.each([
    [
      'the nearest fix first',
      { fixedVersions: ['1.3.1', '2.0.0'] },
      'update to 1.3.1 or later, the nearest fixed version (also fixed in 2.0.0)',
    ],
    ['the last affected version', { fixedVersions: [], lastAffected: '1.9.0' }, 'update to a version above 1.9.0'],
    ['that there is none', { fixedVersions: [] }, /^no fixed version is known/],
  ])('names %s', (_, over, help) => {
    const judgement = run(advisory, { component: leftPad, evidence: hitBy(advisoryOf(over)) });
    expect(judgement.result === 'fail' ? judgement.drafts[0].help?.[0] : judgement.result).toMatch(help);
    expect(judgement.result === 'fail' ? judgement.drafts[0].fixVersion : judgement.result).toBe(over.fixedVersions[0]);
  });

  it('says who asks for the package where several do', () => {
    const parents = ['a', 'b', 'c', 'd'].map((name) => component(name, '1.0.0'));
    const edges = Object.fromEntries(parents.map(({ bomRef }) => [bomRef, [leftPad.bomRef]]));
    const judgement = run(advisory, {
      component: leftPad,
      evidence: hitBy(advisoryOf()),
      inventory: inventory([leftPad, ...parents], { edges: { ...edges, '.': parents.map(({ bomRef }) => bomRef) } }),
    });
    expect(judgement.result === 'fail' ? judgement.drafts[0].facts : []).toContainEqual({
      label: 'required by',
      value: 'a@1.0.0, b@1.0.0, c@1.0.0 and 1 more',
      source: 'lockfile',
    });
  });
});
