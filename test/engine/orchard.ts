import { assess, type AssessInput } from '../../src/engine/assess.ts';
import { type JudgementMemory, openJudgementMemory, type OpenJudgementMemory } from '../../src/engine/memory.ts';
import { type AnyCheck, defineCheck, type RuleMeta } from '../../src/model/check.ts';
import { circleAround, type Collector, type EvidenceKey, type Observation } from '../../src/model/evidence.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Report } from '../../src/model/report.ts';
import { milliseconds, type Milliseconds } from '../../src/model/units.ts';
import { component, inventory } from '../support/inventory.ts';
import { assessInput } from './assess-input.ts';

/** A small world to judge: what is said of harvests, who is compared with whom, and checks that look at it in every way. */
export const noon = milliseconds(Date.parse('2026-11-25T12:00:00Z'));
export const minute = 60_000;
export const later = (minutes: number): Milliseconds => milliseconds(noon + minutes * minute);

/** What the world says of a harvest, by `name@version`. */
export interface Crop {
  readonly isRotten: boolean;
  readonly pickedAt: number;
  /** Where it grew; it is compared with what was picked there. */
  readonly field?: string;
}

const crop: EvidenceKey<Crop> = {
  id: 'crop',
  shape: (value): value is Crop => typeof value === 'object' && value !== null && 'isRotten' in value,
  subjectOf: ({ source, name, version }) => (source.type === 'registry' ? `${name}@${version}` : undefined),
};

/** What was picked in the same field of late, itself included; nothing for what was not. */
interface Rivals {
  readonly field?: string;
  readonly picked: readonly string[];
}

const rivals: EvidenceKey<Rivals> = {
  id: 'rivals',
  shape: (value): value is Rivals => typeof value === 'object' && value !== null && 'picked' in value,
  subjectOf: crop.subjectOf,
};

/** What is known of the package that stands under the name of this one's root stock. */
const stock: EvidenceKey<{ readonly isRotten: boolean }> = {
  id: 'stock',
  shape: (value): value is { readonly isRotten: boolean } => typeof value === 'object' && value !== null && 'isRotten' in value,
  subjectOf: crop.subjectOf,
};

export const meta: RuleMeta = { severity: 'warning', summary: 'Spoilt', why: 'It is.', fix: 'Wait.', family: 'freshness' };
const empty = { defaults: {}, properties: {} };

export const rotten = defineCheck({
  id: 'rotten',
  scope: 'component',
  needs: { crop },
  uses: {},
  options: empty,
  rules: { 'rotten/found': meta },
  evaluate: ({ known, subject }) =>
    subject.component.isBundled
      ? { notApplicable: 'it is inside' }
      : known.crop.isRotten
        ? [{ rule: 'rotten/found', message: 'it smells' }]
        : [],
});

/** Fine until an hour after it was picked, and then not: what ages badly. */
const wilting = defineCheck({
  id: 'wilting',
  scope: 'component',
  needs: { crop },
  uses: {},
  options: empty,
  rules: { 'wilting/found': { ...meta, severity: 'error' } },
  evaluate: ({ known, context }) =>
    context.now - known.crop.pickedAt < 60 * minute ? [] : [{ rule: 'wilting/found', message: `picked ${known.crop.pickedAt}` }],
});

export const crowded = defineCheck({
  id: 'crowded',
  scope: 'component',
  needs: { rivals },
  uses: { stock },
  options: empty,
  rules: { 'crowded/found': meta, 'crowded/stock': meta },
  evaluate: ({ known, used }) => [
    ...(known.rivals.picked.length > 1 ? [{ rule: 'crowded/found' as const, message: `${known.rivals.picked.join()} at once` }] : []),
    ...(used.stock?.isRotten === true ? [{ rule: 'crowded/stock' as const, message: 'its stock is rotten' }] : []),
  ],
});

/** Looks at the rest of the lockfile, as no check that needs evidence should. */
export const nosy = defineCheck({
  id: 'nosy',
  scope: 'component',
  needs: {},
  uses: {},
  options: empty,
  rules: { 'nosy/found': meta },
  evaluate: ({ context, subject }) =>
    context.inventory.components.size > 3 && !context.isDirect(subject.component) ? [{ rule: 'nosy/found', message: 'too many' }] : [],
});

export const checks: readonly AnyCheck[] = [rotten, wilting, crowded, nosy];

export interface World {
  readonly crops: ReadonlyMap<string, Crop>;
  readonly asked: string[];
}

/** What grows on the roots of another one, where there is one. */
const grafted = new Map([
  ['quince@1.0.0', 'pear'],
  ['medlar@1.0.0', 'quince'],
]);

export function collectorsOf({ crops, asked }: World): readonly Collector<unknown>[] {
  const cropOf = (subject: string): Crop => crops.get(subject) ?? { isRotten: false, pickedAt: noon - 30 * minute };
  return [
    {
      key: crop,
      holdsUntil: (observation) => (observation.state === 'known' ? observation.observedAt + 5 * minute : -Infinity),
      collect: async (requests, { now }) => {
        asked.push(...requests.keys());
        return new Map([...requests.keys()].map((subject) => [subject, known(cropOf(subject), now)]));
      },
    } satisfies Collector<Crop>,
    {
      key: rivals,
      after: [crop],
      holdsUntil: (_observation, sources) => sources,
      circlesOf: (observation: Observation<Rivals>) =>
        observation.state === 'known' && observation.value.field !== undefined ? [`field ${observation.value.field}`] : [],
      collect: async (requests, { now }) => {
        const fields = new Map<string, string[]>();
        const fieldOf = (subject: string): string | undefined =>
          cropOf(subject).pickedAt > noon - 10 * minute ? (cropOf(subject).field ?? 'meadow') : undefined;
        for (const subject of [...requests.keys()].sort()) {
          const field = fieldOf(subject);
          if (field !== undefined) fields.set(field, [...(fields.get(field) ?? []), subject]);
        }
        return new Map(
          [...requests.keys()].map((subject) => {
            const field = fieldOf(subject);
            return [subject, known(field === undefined ? { picked: [] } : { field, picked: fields.get(field) ?? [] }, now)];
          }),
        );
      },
    } satisfies Collector<Rivals>,
    {
      key: stock,
      after: [crop],
      holdsUntil: (_observation, sources) => sources,
      collect: async (requests, { collected, now }) =>
        new Map(
          [...requests.keys()].map((subject) => {
            const on = grafted.get(subject);
            const below = on === undefined ? undefined : collected.get(crop, `${on}@1.0.0`);
            const value = { isRotten: below?.state === 'known' && below.value.isRotten };
            return [subject, { ...known(value, now), source: on ?? 'own roots' }];
          }),
        ),
      circlesOf: (observation: Observation<unknown>) =>
        observation.state === 'known' && observation.source !== 'own roots' ? [circleAround(observation.source)] : [],
    },
  ];
}

function known<T>(value: T, observedAt: Milliseconds): Observation<T> {
  return { state: 'known', value, observedAt, source: 'orchard' };
}

interface Run {
  readonly inventory: Inventory;
  readonly now?: Milliseconds;
  readonly memory?: JudgementMemory;
  readonly world?: World;
  readonly over?: Partial<AssessInput>;
}

export function run({ inventory: judged, now = noon, memory, world = { crops: new Map(), asked: [] }, over = {} }: Run): Promise<Report> {
  const input = assessInput({
    inventory: judged,
    checks,
    collectors: collectorsOf(world),
    now,
    factsOf: ({ name }, collected) => (collected.get(crop, `${name}@1.0.0`) === undefined ? {} : { publishedAt: noon }),
    notesOf: ({ name }) => (name === 'fig' ? ['figs are seasonal'] : []),
    ...(memory === undefined ? {} : { memory }),
    ...over,
  });
  return assess(input);
}

export const opened = (): OpenJudgementMemory => openJudgementMemory(Infinity);
export const lockfile = (...names: readonly string[]): Inventory => inventory(names.map((name) => component(name, '1.0.0')));
