import { describe, expect, it } from 'vitest';
import { corroborate } from '../../src/engine/corroborate.ts';
import { defineCheck, type RuleMeta } from '../../src/model/check.ts';
import type { EvidenceFamily, Finding, RuleId, Severity } from '../../src/model/finding.ts';
import { defaultPolicy } from '../../src/policy/load.ts';
import { now } from '../checks/check-tester.ts';

const meta = (family: EvidenceFamily): RuleMeta => ({ severity: 'warning', summary: '', why: '', fix: '', family });
const check = defineCheck({
  id: 'signs',
  scope: 'component',
  needs: {},
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'signs/young': meta('freshness'),
    'signs/sleepy': meta('freshness'),
    'signs/stranger': meta('identity'),
    'signs/rules': meta('policy'),
  },
  evaluate: () => [],
});
const against = { label: 'publisher', value: 'as before', source: 'registry' };

function finding(rule: RuleId, severity: Severity, over: Partial<Finding> = {}): Finding {
  return {
    rule,
    severity,
    subject: { kind: 'component', label: 'left-pad@1.3.1' },
    message: rule,
    facts: [],
    counterFacts: [],
    help: [],
    locations: [],
    path: [],
    fingerprint: rule,
    levelReasons: [],
    ...over,
  };
}

function levels(...findings: readonly Finding[]): readonly Severity[] {
  const policy = defaultPolicy({ checks: [check], engineRules: [], now });
  return corroborate(findings, [check], policy).map(({ severity }) => severity);
}

describe('findings about one package', () => {
  it('of two independent families raise each other', () =>
    expect(levels(finding('signs/young', 'warning'), finding('signs/stranger', 'warning'))).toEqual(['error', 'error']));

  it('of one family do not', () =>
    expect(levels(finding('signs/young', 'warning'), finding('signs/sleepy', 'warning'))).toEqual(['warning', 'warning']));

  it('of a family that says nothing about intent do not', () =>
    expect(levels(finding('signs/young', 'warning'), finding('signs/rules', 'error'))).toEqual(['warning', 'error']));

  it('do not when they are about different packages', () => {
    const other = { subject: { kind: 'component', label: 'right-pad@1.0.0' } } as const;
    expect(levels(finding('signs/young', 'warning'), finding('signs/stranger', 'warning', other))).toEqual(['warning', 'warning']);
  });

  it('are raised by no note, while a note is raised by a warning', () =>
    expect(levels(finding('signs/young', 'warning'), finding('signs/stranger', 'note'))).toEqual(['warning', 'warning']));

  it('are raised by none that its counter-evidence makes a note', () =>
    expect(levels(finding('signs/young', 'warning'), finding('signs/stranger', 'warning', { counterFacts: [against] }))).toEqual([
      'warning',
      'warning',
    ]));

  it('are raised by an error that its counter-evidence makes a warning', () =>
    expect(levels(finding('signs/young', 'warning'), finding('signs/stranger', 'error', { counterFacts: [against] }))).toEqual([
      'error',
      'error',
    ]));

  it('with counter-evidence alone go down by one', () =>
    expect(levels(finding('signs/stranger', 'warning', { counterFacts: [against] }))).toEqual(['note']));
});
