import type { Subject } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { Collected, EvidenceKey, SubjectId } from '../model/evidence.ts';
import type { Milliseconds } from '../model/units.ts';
import { type CollectOptions, type Collection, collect } from './collect.ts';
import type { JudgementMemory, RememberedCopy, RememberedPackage } from './memory.ts';
import { type PackageCopies, copiesByName } from './packages.ts';
import { type Plan, type PlanInput, enabledChecks, needsEvidence, plan, thirdParty } from './plan.ts';

/** What a run takes from earlier judgements, and hands on to later ones. */
export interface Recollection {
  /** What the checks came to for this copy, by check id, where that is remembered. */
  readonly resultsOf: (subject: Subject) => RememberedCopy['results'] | undefined;
  readonly copyOf: (component: Component) => RememberedCopy | undefined;
  /** Until when what is remembered of this component's package holds. */
  readonly untilOf: (component: Component) => Milliseconds | undefined;
  /** The packages that are judged in this run. */
  readonly fresh: () => readonly PackageCopies[];
  readonly remember: (copies: PackageCopies, remembered: RememberedPackage) => void;
}

export interface Learned {
  readonly work: Plan;
  readonly collected: Collected;
  readonly recollection?: Recollection;
}

/** Plans and collects without a memory. */
export async function learn(input: PlanInput & CollectOptions): Promise<Learned> {
  const work = plan(input);
  return { work, collected: await collect(work, input) };
}

/**
 * Plans and collects for the packages that nothing is remembered of. Evidence about one package may be derived from evidence about
 * another: where somebody asks for what was left out, that package is judged after all, and what may come out otherwise with it is
 * collected once more (the caches answer for what is known by then).
 */
export async function learnBeside(
  memory: JudgementMemory,
  input: PlanInput & CollectOptions,
  isDirect: (component: Component) => boolean,
): Promise<Learned> {
  const packages = copiesByName(thirdParty(input.inventory), isDirect);
  const keys = new Map([...packages].map(([name, copies]) => [name, copies.key()]));
  const recalled = new Map<string, RememberedPackage>();
  const judging = enabledChecks(input).filter((check) => check.scope === 'component' && needsEvidence(check));
  const isWhole = ({ results }: RememberedCopy): boolean => judging.every(({ id }) => results.has(id));
  for (const [name, { kinds }] of packages) {
    const known = memory.recall(keys.get(name) ?? '', input.now);
    if (known?.copies.length === kinds.length && known.copies.every(isWhole)) recalled.set(name, known);
  }
  let earlier: Collection | undefined;
  for (;;) {
    const asked = new Set<string>();
    const isRecalled = ({ name }: Component): boolean => recalled.has(name);
    const work = plan({ ...input, isRecalled });
    const namesOf = namesBySubject(packages, isRecalled);
    const collected = await collect(work, {
      ...input,
      ...(earlier === undefined ? {} : { earlier }),
      onMissing: (key, subject) => {
        for (const name of namesOf(key, subject)) asked.add(name);
      },
    });
    if (asked.size === 0) return { work, collected, recollection: recollectionOf(memory, packages, keys, recalled) };
    for (const name of asked) recalled.delete(name);
    earlier = collected;
  }
}

function recollectionOf(
  memory: JudgementMemory,
  packages: ReadonlyMap<string, PackageCopies>,
  keys: ReadonlyMap<string, string>,
  recalled: Map<string, RememberedPackage>,
): Recollection {
  const copyOf = (component: Component): RememberedCopy | undefined => {
    const known = recalled.get(component.name);
    return known?.copies[packages.get(component.name)?.kindOf(component) ?? -1];
  };
  return {
    copyOf,
    resultsOf: (subject) => (subject.kind === 'component' ? copyOf(subject.component)?.results : undefined),
    untilOf: ({ name }) => recalled.get(name)?.until,
    fresh: () => [...packages.values()].filter(({ name }) => !recalled.has(name)),
    remember: ({ name }, remembered) => {
      memory.remember(keys.get(name) ?? '', remembered);
      recalled.set(name, remembered);
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
