import { describe, expect, it } from 'vitest';
import { evaluate, type Judgement } from '../../src/engine/evaluate.ts';
import { defaultPolicy } from '../../src/policy/load.ts';
import type { AnyCheck, CheckContext, Subject } from '../../src/model/check.ts';
import type { Component } from '../../src/model/component.ts';
import type { Collected, EvidenceKey, Observation } from '../../src/model/evidence.ts';
import type { RuleId, Severity } from '../../src/model/finding.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { milliseconds } from '../../src/model/units.ts';
import { component as componentNamed, inventory as inventoryOf } from '../support/inventory.ts';
import { registries } from '../support/registries.ts';

/** Noon on a day that the tests agree on. */
export const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));

/** One situation that a check judges. */
export interface CheckCase {
  readonly component?: Component;
  /** For change checks. */
  readonly subject?: Subject;
  /** Values by the names under `needs` and `uses`; a name under `needs` that is missing makes the case inconclusive. */
  readonly evidence?: Readonly<Record<string, unknown>>;
  /** Policy options; merged over the defaults. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly inventory?: Inventory;
  readonly context?: Partial<CheckContext>;
}

export interface FailingCase extends CheckCase {
  readonly finds: readonly { readonly rule: RuleId; readonly severity?: Severity; readonly message?: string | RegExp }[];
}

/**
 * Runs a check through the real engine: at least one case that passes and one that fails; then takes away each piece
 * of needed evidence in turn and expects `inconclusive`, and each piece of used evidence and expects no new pass.
 */
export function testCheck(
  check: AnyCheck,
  cases: {
    readonly passes: Readonly<Record<string, CheckCase>>;
    readonly fails: Readonly<Record<string, FailingCase>>;
    readonly notApplicable?: Readonly<Record<string, CheckCase>>;
  },
): void {
  describe(check.id, () => {
    it('has a case that passes and one that fails for every rule', () => {
      const found = new Set(Object.values(cases.fails).flatMap((failing) => failing.finds.map((finding) => finding.rule)));
      expect(Object.keys(cases.passes).length).toBeGreaterThan(0);
      expect([...found].sort()).toEqual(Object.keys(check.rules).sort());
    });
    it('has defaults that its own schema reads', () => {
      expect(Object.keys(check.options.properties).sort()).toEqual(Object.keys(check.options.defaults as object).sort());
    });
    for (const [name, passing] of Object.entries(cases.passes)) {
      it(`passes: ${name}`, () => expect(run(check, passing)).toMatchObject({ result: 'pass' }));
      withdrawEach(check, name, passing);
    }
    for (const [name, failing] of Object.entries(cases.fails)) {
      it(`fails: ${name}`, () => {
        const judgement = run(check, failing);
        const drafts = judgement.result === 'fail' ? judgement.drafts : [];
        expect({ result: judgement.result, rules: drafts.map((draft) => draft.rule) }).toEqual({
          result: 'fail',
          rules: failing.finds.map((finding) => finding.rule),
        });
        for (const [index, expected] of failing.finds.entries()) {
          const draft = drafts[index];
          if (expected.severity !== undefined) expect(draft?.severity ?? check.rules[expected.rule]?.severity).toBe(expected.severity);
          if (expected.message !== undefined) expect(draft?.message).toMatch(expected.message);
        }
      });
      withdrawEach(check, name, failing);
    }
    for (const [name, other] of Object.entries(cases.notApplicable ?? {})) {
      it(`does not apply: ${name}`, () => expect(run(check, other)).toMatchObject({ result: 'not-applicable' }));
    }
  });
}

/** Judges one case through the engine. */
export function run(check: AnyCheck, situation: CheckCase, withdrawn?: EvidenceKey<unknown>): Judgement {
  const subjectComponent = situation.component ?? componentNamed('left-pad', '1.3.0');
  const inventory = situation.inventory ?? inventoryOf([subjectComponent]);
  const subject: Subject =
    situation.subject ?? (check.scope === 'inventory' ? { kind: 'inventory' } : { kind: 'component', component: subjectComponent });
  const keys = new Map(Object.entries({ ...check.needs, ...check.uses }).map(([name, key]) => [key.id, situation.evidence?.[name]]));
  const collected: Collected = {
    get: <T>(key: EvidenceKey<T>): Observation<T> | undefined => {
      if (key.id === withdrawn?.id) return { state: 'unavailable', reason: 'timeout', detail: 'withdrawn by the tester' };
      const value = keys.get(key.id);
      if (value === undefined) return { state: 'unavailable', reason: 'not-collected', detail: 'not part of this case' };
      if (!key.shape(value)) throw new Error(`the case gives a value without the shape of ${key.id}`);
      return { state: 'known', value, observedAt: now, source: 'https://registry.example/' };
    },
  };
  const direct = new Set((inventory.edges.get(inventory.root.bomRef) ?? []).map((edge) => edge.to));
  const context: CheckContext = {
    now,
    inventory,
    registries,
    isDirect: (one) => direct.has(one.bomRef),
    siblingLockfiles: [],
    allowed: () => undefined,
    option: () => undefined,
    ...situation.context,
  };
  const policy = defaultPolicy({ checks: [check], engineRules: [], now });
  const options = new Map([[check.id, { ...(check.options.defaults as object), ...situation.options }]]);
  return evaluate(check, subject, collected, context, { ...policy, options });
}

function withdrawEach(check: AnyCheck, name: string, situation: CheckCase): void {
  for (const [need, key] of Object.entries(check.needs)) {
    it(`is inconclusive without ${need}: ${name}`, () => expect(run(check, situation, key)).toMatchObject({ result: 'inconclusive' }));
  }
  for (const [use, key] of Object.entries(check.uses)) {
    it(`never passes for want of ${use}: ${name}`, () => {
      const before = run(check, situation).result;
      if (before === 'fail') expect(run(check, situation, key).result).toBe('fail');
    });
  }
}
