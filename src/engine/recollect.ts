import type { Component } from '../model/component.ts';
import type { Collected, Collector, EvidenceKey, SubjectId } from '../model/evidence.ts';
import type { Milliseconds } from '../model/units.ts';
import { type Circles, createCircles } from './circles.ts';
import { type CollectOptions, type Collection, collect } from './collect.ts';
import { type Dossiers, openDossiers } from './dossiers.ts';
import { type Holding, createHolding } from './holding.ts';
import type { JudgementMemory, RememberedCopy, RememberedPackage } from './memory.ts';
import { type PackageCopies, copiesByName, kindOf } from './packages.ts';
import { type Plan, type PlanInput, enabledChecks, evidenceOf, needsEvidence, plan, thirdParty } from './plan.ts';

/** What a run takes from earlier judgements, and hands on to later ones. */
export interface Recollection {
  /** What is remembered of this copy, from before or by now. */
  readonly copyOf: (component: Component) => RememberedCopy | undefined;
  /** Until when that holds; undefined where nothing is remembered. */
  readonly copyHoldsUntil: (component: Component) => Milliseconds | undefined;
  /** The same for a package that is not judged in this run: nothing else tells of it. */
  readonly recalledUntil: (component: Component) => Milliseconds | undefined;
  /** The packages that are judged in this run. */
  readonly fresh: () => readonly PackageCopies[];
  readonly remember: (copies: PackageCopies, remembered: Omit<RememberedPackage, 'circles'>) => void;
}

export interface Learned {
  readonly work: Plan;
  readonly collected: Collected;
  readonly dossiers: Dossiers;
  readonly holding: Holding;
  readonly recollection?: Recollection;
}

export type CollectorSource = readonly Collector<unknown>[] | (() => Promise<readonly Collector<unknown>[]>);

export interface LearnInput extends Omit<PlanInput, 'collectors' | 'isRecalled'>, CollectOptions {
  readonly collectors: CollectorSource;
}

/** Plans and collects without a memory. */
export async function learn(input: LearnInput): Promise<Learned> {
  const work = plan({ ...input, collectors: await loaded(input.collectors) });
  const collected = await collect(work, input);
  const dossiers = dossiersOf(work, collected);
  return { work, collected, dossiers, holding: createHolding(work, dossiers, input.now) };
}

/** For whatever a check or a collector of the plan has to do with. */
function dossiersOf({ checks, collectors }: Plan, collected: Collected): Dossiers {
  return openDossiers([...checks.flatMap(evidenceOf), ...collectors.map(({ key }) => key)], collected);
}

/** Whoever makes a run go round more often than any honest packages is judged as a whole. */
const mostRounds = 8;

/**
 * Plans and collects for the packages that nothing is remembered of. What is remembered of a package that was compared with others
 * holds among the very same ones; and evidence about one package may be derived from evidence about another. Where the company has
 * changed, or somebody asks for what was left out, a package is judged after all, and what may come out otherwise with it is
 * collected once more (the caches answer for what is known by then).
 */
export async function learnBeside(
  memory: JudgementMemory,
  input: LearnInput,
  isDirect: (component: Component) => boolean,
): Promise<Learned> {
  const run = recall(memory, input, isDirect);
  const { packages, recalled } = run;
  for (const name of circlesOf(run, new Map()).unsettled()) recalled.delete(name);
  let earlier: Collection | undefined;
  for (let round = 1; ; round++) {
    if (round > mostRounds) recalled.clear();
    const asked = new Set<string>();
    const isRecalled = ({ name }: Component): boolean => recalled.has(name);
    const collectors = recalled.size === packages.size ? [] : await loaded(input.collectors);
    const work = plan({ ...input, collectors, isRecalled });
    const namesOf = namesBySubject(packages, isRecalled);
    const collected = await collect(work, {
      ...input,
      ...(earlier === undefined ? {} : { earlier }),
      onMissing: (key, subject) => {
        for (const name of namesOf(key, subject)) asked.add(name);
      },
    });
    const dossiers = dossiersOf(work, collected);
    const holding = createHolding(work, dossiers, input.now);
    const circles = circlesOf(run, judgedCircles(run, holding));
    const unsettled = new Set([...asked, ...circles.unsettled()]);
    if (unsettled.size === 0) return { work, collected, dossiers, holding, recollection: recollectionOf(memory, run, circles, holding) };
    for (const name of unsettled) recalled.delete(name);
    earlier = collected;
  }
}

async function loaded(source: CollectorSource): Promise<readonly Collector<unknown>[]> {
  return typeof source === 'function' ? source() : source;
}

/** The packages of a run, and what is remembered of them. */
interface Recalled {
  readonly packages: ReadonlyMap<string, PackageCopies>;
  readonly recalled: Map<string, RememberedPackage>;
  readonly now: Milliseconds;
}

function recall(memory: JudgementMemory, input: LearnInput, isDirect: (component: Component) => boolean): Recalled {
  const packages = copiesByName(thirdParty(input.inventory), isDirect);
  const recalled = new Map<string, RememberedPackage>();
  const judging = enabledChecks(input).filter((check) => check.scope === 'component' && needsEvidence(check));
  const wholes = new Map<RememberedCopy['results'], boolean>();
  const isWhole = ({ results }: RememberedCopy): boolean => {
    const known = wholes.get(results) ?? judging.every(({ id }) => results.has(id));
    wholes.set(results, known);
    return known;
  };
  for (const [name, { kinds, key }] of packages) {
    const known = memory.recall(key, input.now);
    if (known?.copies.length === kinds.length && known.copies.every(isWhole)) recalled.set(name, known);
  }
  return { packages, recalled, now: input.now };
}

function circlesOf({ packages, recalled, now }: Recalled, judged: ReadonlyMap<string, readonly string[]>): Circles {
  return createCircles({
    recalled,
    judged,
    stampOf: (name) => {
      const copies = packages.get(name);
      return copies === undefined ? undefined : `${copies.key} ${recalled.get(name)?.judgedAt ?? now}`;
    },
  });
}

/** What the packages that are judged in this run are compared with. */
function judgedCircles({ packages, recalled }: Recalled, { circlesOf: circlesOfOne }: Holding): ReadonlyMap<string, readonly string[]> {
  return new Map(
    [...packages.values()]
      .filter(({ name }) => !recalled.has(name))
      .map(({ name, kinds }) => [name, [...new Set(kinds.flatMap(circlesOfOne))]]),
  );
}

function recollectionOf(memory: JudgementMemory, { packages, recalled }: Recalled, circles: Circles, holding: Holding): Recollection {
  const known = new Map(recalled);
  return {
    copyOf: (component) => {
      const copies = packages.get(component.name);
      return copies === undefined ? undefined : known.get(component.name)?.copies[kindOf(copies, component)];
    },
    copyHoldsUntil: ({ name }) => known.get(name)?.until,
    recalledUntil: ({ name }) => recalled.get(name)?.until,
    fresh: () => [...packages.values()].filter(({ name }) => !recalled.has(name)),
    remember: ({ name, kinds, key }, judged) => {
      const own = new Set(kinds.flatMap(holding.circlesOf));
      const remembered = { ...judged, circles: new Map([...own].map((circle) => [circle, circles.companyIn(circle)])) };
      memory.remember(key, remembered);
      known.set(name, remembered);
    },
  };
}

/** Which packages that were left out an observation would have been about; indexed when somebody asks. */
function namesBySubject(
  packages: ReadonlyMap<string, PackageCopies>,
  isRecalled: (component: Component) => boolean,
): (key: EvidenceKey<unknown>, subject: SubjectId) => readonly string[] {
  const indexes = new Map<string, ReadonlyMap<SubjectId, readonly string[]>>();
  const indexOf = (key: EvidenceKey<unknown>): ReadonlyMap<SubjectId, readonly string[]> => {
    const index = new Map<SubjectId, string[]>();
    for (const component of [...packages.values()].flatMap(({ components }) => components)) {
      const subject = isRecalled(component) ? key.subjectOf(component) : undefined;
      if (subject === undefined) continue;
      const names = index.get(subject);
      if (names === undefined) index.set(subject, [component.name]);
      else names.push(component.name);
    }
    return index;
  };
  return (key, subject) => {
    const index = indexes.get(key.id) ?? indexOf(key);
    indexes.set(key.id, index);
    return index.get(subject) ?? [];
  };
}
