import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/engine/evaluate.ts';
import { defineCheck } from '../../src/model/check.ts';
import type { Collected, EvidenceKey, Observation } from '../../src/model/evidence.ts';
import { defaultPolicy } from '../../src/policy/load.ts';
import { now } from '../checks/check-tester.ts';
import { component, inventory } from '../support/inventory.ts';
import { registries } from '../support/registries.ts';

const key = (id: string): EvidenceKey<string> => ({
  id,
  shape: (value): value is string => typeof value === 'string',
  subjectOf: ({ source, name }) => (source.type === 'registry' || id === 'anywhere' ? name : undefined),
});
const check = defineCheck({
  id: 'taste',
  scope: 'component',
  needs: {},
  uses: { first: key('first'), second: key('second'), anywhere: key('anywhere') },
  options: { defaults: {}, properties: {} },
  rules: { 'taste/bitter': { severity: 'warning', summary: 'Bitter', why: 'It is.', fix: 'Sugar.', family: 'policy' } },
  evaluate: ({ used }) => [{ rule: 'taste/bitter', message: Object.keys(used).join(' ') }],
});
const known: Observation<unknown> = { state: 'known', value: 'sweet', observedAt: now, source: 'https://registry.example/' };

function usedBy(of: Readonly<Record<string, Observation<unknown>>>, over = {}): unknown {
  const pad = component('left-pad', '1.3.0', over);
  // Every value is a text, which is the shape of all three keys.
  const collected: Collected = { get: <T>(one: EvidenceKey<T>) => of[one.id] as Observation<T> | undefined };
  const graph = inventory([pad]);
  const judgement = evaluate(
    check,
    { kind: 'component', component: pad },
    collected,
    { now, inventory: graph, registries, isDirect: () => true, siblingLockfiles: [], allowed: () => undefined, option: () => undefined },
    defaultPolicy({ checks: [check], engineRules: [], now }),
  );
  return judgement.result === 'fail' ? judgement.drafts[0].message : judgement.result;
}

describe('what a check merely uses', () => {
  it('is given piece by piece', () => expect(usedBy({ first: known, second: known, anywhere: known })).toBe('first second anywhere'));

  it('is not hidden by a piece that nobody offers', () =>
    expect(usedBy({ first: { state: 'not-offered', by: 'registry.example' }, second: known })).toBe('second'));

  it('is not hidden by a piece that does not exist for its kind of source', () =>
    expect(usedBy({ anywhere: known }, { source: { type: 'git', url: 'https://git.example/pad.git' } })).toBe('anywhere'));

  it('is absent where it could not be had', () =>
    expect(usedBy({ first: { state: 'unavailable', reason: 'timeout', detail: 'no answer' }, second: known })).toBe('second'));
});
