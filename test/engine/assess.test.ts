import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess, type AssessInput } from '../../src/engine/assess.ts';
import { defineCheck, type AnyCheck } from '../../src/model/check.ts';
import type { Collector, EvidenceKey, Observation } from '../../src/model/evidence.ts';
import type { Policy, Waiver } from '../../src/model/policy.ts';
import { milliseconds } from '../../src/model/units.ts';
import { defaultPolicy } from '../../src/policy/load.ts';
import { json } from '../../src/reporters/json.ts';
import { component, inventory } from '../support/inventory.ts';
import { assessInput } from './assess-input.ts';

const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));

interface Weather {
  readonly isSunny: boolean;
}

const weather: EvidenceKey<Weather> = {
  id: 'weather',
  shape: (value): value is Weather =>
    typeof value === 'object' && value !== null && 'isSunny' in value && typeof value.isSunny === 'boolean',
  subjectOf: (one) => (one.source.type === 'registry' ? one.name : undefined),
};

const sunny = defineCheck({
  id: 'sunny',
  scope: 'component',
  needs: { weather },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: { 'sunny/rain': { severity: 'error', summary: 'It rains', why: 'Rain.', fix: 'Wait.', family: 'freshness' } },
  evaluate: ({ known, subject }) => {
    if (subject.component.name === 'broken') throw new Error('the check has a bug');
    return known.weather.isSunny ? [] : [{ rule: 'sunny/rain', message: `${subject.component.name} gets wet` }];
  },
});

/** What may happen to one subject's evidence; only `sunny` proves anything. */
type Fate = 'sunny' | 'rain' | 'unavailable' | 'missing' | 'malformed' | 'odd-state';
const fates: readonly Fate[] = ['sunny', 'rain', 'unavailable', 'missing', 'malformed', 'odd-state'];

function observation(fate: Fate): Observation<Weather> | undefined {
  const known = { state: 'known', observedAt: now, source: 'test' } as const;
  switch (fate) {
    case 'sunny':
      return { ...known, value: { isSunny: true } };
    case 'rain':
      return { ...known, value: { isSunny: false } };
    case 'unavailable':
      return { state: 'unavailable', reason: 'timeout', detail: 'no answer in time' };
    case 'missing':
      return undefined;
    case 'malformed':
      return { ...known, value: { isSunny: 'yes' } as unknown as Weather }; // what a careless collector might hand over
    case 'odd-state':
      return { state: 'perhaps' } as unknown as Observation<Weather>; // what a poisoned cache might hand over
  }
}

function collector(fateOf: (subject: string) => Fate, behaviour: 'answers' | 'throws' | 'hangs' = 'answers'): Collector<Weather> {
  return {
    key: weather,
    collect: async (requests) => {
      if (behaviour === 'throws') throw new Error('the collector has a bug');
      if (behaviour === 'hangs') await new Promise(() => {});
      return new Map(
        [...requests.keys()].flatMap((subject) => {
          const answer = observation(fateOf(subject));
          return answer === undefined ? [] : [[subject, answer] as const];
        }),
      );
    },
  };
}

function input(names: readonly string[], weatherCollector: Collector<Weather>, over: Partial<AssessInput> = {}): AssessInput {
  return assessInput({
    inventory: inventory(names.map((name) => component(name, '1.0.0'))),
    checks: [sunny],
    collectors: [weatherCollector],
    now,
    signal: AbortSignal.timeout(20_000),
    ...over,
  });
}

function withWaivers(waivers: readonly Waiver[]): Policy {
  return { ...defaultPolicy({ checks: [sunny], engineRules: [], now }), waivers };
}

const waiver: Waiver = {
  rule: 'sunny/rain',
  package: 'umbrella',
  versions: '1.0.0',
  reason: 'we have an umbrella',
  owner: 'ada',
  expires: milliseconds(now + 1),
  location: { file: 'lockgate.yaml', line: 7 },
};

describe('assess', () => {
  it('passes when everything is known and nothing is wrong', async () => {
    const report = await assess(
      input(
        ['a', 'b'],
        collector(() => 'sunny'),
      ),
    );
    expect(report.verdict).toBe('pass');
    expect(report.counts).toMatchObject({ components: 2, expected: 3, pass: 2, notApplicable: 1 });
  });

  it('never passes unless every judgement is proven, whatever mix of evidence comes in', async () => {
    const names = ['a', 'b', 'constructor', '__proto__', 'broken'];
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(names, { minLength: 1 }),
        fc.array(fc.constantFrom(...fates), { minLength: names.length, maxLength: names.length }),
        async (chosen, weathers) => {
          const fateOf = (subject: string): Fate => weathers[names.indexOf(subject)] ?? 'missing';
          const report = await assess(input(chosen, collector(fateOf)));
          const isProven = chosen.every((name) => fateOf(name) === 'sunny' && name !== 'broken');
          expect(report.verdict === 'pass').toBe(isProven);
          const { pass, fail, inconclusive, notApplicable, expected } = report.counts;
          expect(pass + fail + inconclusive + notApplicable).toBe(expected);
        },
      ),
    );
  });

  it('is inconclusive when the collector throws', async () => {
    const report = await assess(
      input(
        ['a'],
        collector(() => 'sunny', 'throws'),
      ),
    );
    expect(report.verdict).toBe('inconclusive');
  });

  it('is inconclusive when the collector does not answer before the deadline', async () => {
    const report = await assess(
      input(
        ['a'],
        collector(() => 'sunny', 'hangs'),
        { signal: AbortSignal.timeout(20) },
      ),
    );
    expect(report.verdict).toBe('inconclusive');
    expect(report.outcomes.find((outcome) => outcome.result === 'inconclusive')).toMatchObject({ reasons: [{ reason: 'deadline' }] });
  });

  it('is inconclusive when nothing collects the evidence', async () => {
    const report = await assess(
      input(
        ['a'],
        collector(() => 'sunny'),
        { collectors: [] },
      ),
    );
    expect(report.verdict).toBe('inconclusive');
  });

  it('is inconclusive when a check answers with a promise', async () => {
    const late = { ...sunny, evaluate: (() => Promise.resolve([])) as unknown as AnyCheck['evaluate'] }; // a check written without its types
    const report = await assess(
      input(
        ['a'],
        collector(() => 'sunny'),
        { checks: [late] },
      ),
    );
    expect(report.verdict).toBe('inconclusive');
  });

  it('gives the same bytes for the same input', async () => {
    const fateOf = (subject: string): Fate => (subject === 'a' ? 'rain' : subject === 'b' ? 'unavailable' : 'sunny');
    const options = { isColoured: false, width: 0, isExpanded: false };
    const first = json.render(await assess(input(['a', 'b', 'c'], collector(fateOf))), options);
    const second = json.render(await assess(input(['c', 'b', 'a'].toReversed(), collector(fateOf))), options);
    expect(second).toBe(first);
  });

  it('reads a finding for each of 40,000 packages in seconds', async () => {
    const names = Array.from({ length: 40_000 }, (_, index) => `cloud-${index}`);
    const report = await assess(
      input(
        names,
        collector(() => 'rain'),
      ),
    );
    expect(report.findings).toHaveLength(names.length);
  }, 15_000);

  it('counts one finding for several copies of one package, and keeps all their places', async () => {
    const copies = [1, 2].map((line) =>
      component('wet', '1.0.0', { bomRef: `copy-${line}` as never, location: { file: 'package-lock.json', line } }),
    );
    const report = await assess(
      input(
        [],
        collector(() => 'rain'),
        { inventory: inventory(copies) },
      ),
    );
    expect(report.findings.map((finding) => finding.locations.map((place) => place.line))).toEqual([[1, 2]]);
    expect(report.counts).toMatchObject({ errors: 1, fail: 2 });
  });
});

describe('waivers', () => {
  it('keep the finding in the report and take away its weight', async () => {
    const report = await assess(
      input(
        ['umbrella'],
        collector(() => 'rain'),
        { policy: withWaivers([waiver]) },
      ),
    );
    expect(report.verdict).toBe('pass');
    expect(report.findings).toMatchObject([{ rule: 'sunny/rain', waiver: { owner: 'ada' } }]);
    expect(report.counts).toMatchObject({ waived: 1, errors: 0 });
  });

  it('that have ended cover nothing and are a finding', async () => {
    const report = await assess(
      input(
        ['umbrella'],
        collector(() => 'rain'),
        { policy: withWaivers([{ ...waiver, expires: now }]) },
      ),
    );
    expect(report.verdict).toBe('fail');
    expect(report.findings.map((finding) => finding.rule)).toEqual(['sunny/rain', 'waiver/expired']);
  });

  it('that match nothing are a finding', async () => {
    const report = await assess(
      input(
        ['umbrella'],
        collector(() => 'sunny'),
        { policy: withWaivers([waiver]) },
      ),
    );
    expect(report.findings.map((finding) => finding.rule)).toEqual(['waiver/unused']);
  });

  it('of a baseline hold from its date until its end, and not before', async () => {
    const sunless = collector(() => 'rain');
    const { findings } = await assess(input(['umbrella'], sunless));
    const [finding] = findings;
    if (finding === undefined) throw new Error('it should have rained');
    const entry = { rule: finding.rule, subject: finding.subject.label, location: { file: 'lockgate-baseline.json', line: 5 } };
    const verdictWith = async (created: number, expires: number): Promise<string> => {
      const baseline = {
        created: milliseconds(created),
        expires: milliseconds(expires),
        path: 'lockgate-baseline.json',
        entries: new Map([[finding.fingerprint, entry]]),
      };
      return (await assess(input(['umbrella'], sunless, { policy: { ...withWaivers([]), baseline } }))).verdict;
    };
    expect(await verdictWith(now - 1, now + 1)).toBe('pass');
    expect(await verdictWith(now - 2, now - 1)).toBe('fail');
    expect(await verdictWith(now + 1, now + 2)).toBe('fail');
  });

  it('never lift missing evidence', async () => {
    const report = await assess(
      input(
        ['umbrella'],
        collector(() => 'unavailable'),
        { policy: withWaivers([waiver]) },
      ),
    );
    expect(report.verdict).toBe('inconclusive');
  });

  it('never cover another version, or other bytes', async () => {
    const wrong = [
      { ...waiver, versions: '1.0.1' },
      { ...waiver, integrity: 'sha512-AAAA' },
    ];
    for (const one of wrong) {
      const report = await assess(
        input(
          ['umbrella'],
          collector(() => 'rain'),
          { policy: withWaivers([one]) },
        ),
      );
      expect(report.verdict).toBe('fail');
    }
  });

  it('for an absolute rule are refused', async () => {
    const absolute: AnyCheck = {
      ...sunny,
      rules: {
        'sunny/rain': { severity: 'error', summary: 'It rains', why: 'Rain.', fix: 'Wait.', family: 'known-bad', isAbsolute: true },
      },
    };
    const report = await assess(
      input(
        ['umbrella'],
        collector(() => 'rain'),
        { checks: [absolute], policy: withWaivers([waiver]) },
      ),
    );
    expect(report.verdict).toBe('fail');
    expect(report.findings.map((finding) => finding.rule)).toEqual(['sunny/rain', 'waiver/refused']);
  });
});

describe('accepted inconclusives', () => {
  const accepted = (registry: string): Policy => ({
    ...withWaivers([]),
    accepted: [{ check: 'sunny', registry, reason: 'the mirror has no weather', location: { file: 'lockgate.yaml', line: 3 } }],
  });

  it('let the rest decide', async () => {
    const report = await assess(
      input(
        ['a'],
        collector(() => 'unavailable'),
        { policy: accepted('*') },
      ),
    );
    expect(report.verdict).toBe('pass');
    expect(report.counts.inconclusive).toBe(1);
  });

  it('hold for the named source only', async () => {
    const report = await assess(
      input(
        ['a'],
        collector(() => 'unavailable'),
        { policy: accepted('other.example') },
      ),
    );
    expect(report.verdict).toBe('inconclusive');
  });

  it('never excuse a check that broke', async () => {
    const report = await assess(
      input(
        ['broken'],
        collector(() => 'sunny'),
        { policy: accepted('*') },
      ),
    );
    expect(report.verdict).toBe('inconclusive');
  });
});
