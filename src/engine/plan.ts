import type { AnyCheck, DocumentSubject, Subject } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { Collector, EvidenceKey, SubjectId } from '../model/evidence.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Policy } from '../model/policy.ts';
import type { Change } from '../model/change.ts';
import type { RuleId } from '../model/finding.ts';

/** What will be asked and judged: decided before anything is collected. */
export interface Plan {
  readonly checks: readonly AnyCheck[];
  readonly subjectsOf: (check: AnyCheck) => readonly Subject[];
  /** Each after those that learn what it needs. */
  readonly collectors: readonly Collector<unknown>[];
  /** Per evidence key id: each subject with the components that it is about. */
  readonly requests: ReadonlyMap<string, ReadonlyMap<SubjectId, readonly [Component, ...Component[]]>>;
}

export interface PlanInput {
  readonly inventory: Inventory;
  readonly policy: Policy;
  readonly checks: readonly AnyCheck[];
  readonly collectors: readonly Collector<unknown>[];
  /** Judge only what changed; absent for the whole inventory. */
  readonly changes?: readonly Change[];
  readonly documents?: readonly DocumentSubject[];
  /** What is remembered of it needs no evidence. */
  readonly isRecalled?: (component: Component) => boolean;
}

/** Decides which checks run on which subjects and which evidence that takes. */
export function plan(input: PlanInput): Plan {
  const checks = enabledChecks(input);
  const all = componentSubjects([...input.inventory.components.values()]);
  const changed =
    input.changes === undefined
      ? all
      : componentSubjects(input.changes.flatMap((change) => (change.type === 'removed' ? [] : [change.after])));
  const changes = (input.changes ?? []).map((change): Subject => ({ kind: 'change', change }));
  const subjectsOf = (check: AnyCheck): readonly Subject[] => {
    switch (check.scope) {
      case 'component':
        return check.isJudgedOnUnchanged ? all : changed;
      case 'change':
        return changes;
      case 'inventory':
        return [{ kind: 'inventory' }];
      case 'document':
        return input.documents ?? [];
    }
  };
  const needed = neededKeys(checks, input.collectors);
  return { checks, subjectsOf, collectors: inOrder(input.collectors, needed), requests: requestsFor({ ...input, checks }, subjectsOf) };
}

/** The component that a subject is about, where it is about one. */
export function componentOf(subject: Subject): Component | undefined {
  switch (subject.kind) {
    case 'component':
      return subject.component;
    case 'change':
      return subject.change.type === 'removed' ? subject.change.before : subject.change.after;
    case 'inventory':
    case 'document':
      return undefined;
  }
}

/** The checks of which the policy does not turn every rule off. */
export function enabledChecks({ checks, policy }: Pick<PlanInput, 'checks' | 'policy'>): readonly AnyCheck[] {
  return checks.filter((check) => isEnabled(check, policy));
}

/** Whether anything has to be learned before it can judge; one that needs nothing costs nothing but its own work. */
export function needsEvidence(check: AnyCheck): boolean {
  return evidenceOf(check).length > 0;
}

/** All that it asks for. */
export function evidenceOf(check: AnyCheck): readonly EvidenceKey<unknown>[] {
  return [...Object.values(check.needs), ...Object.values(check.uses)];
}

/** The components that others publish: the project's own workspace members are not dependencies. */
export function thirdParty(inventory: Inventory): readonly Component[] {
  return [...inventory.components.values()].filter((component) => component.source.type !== 'workspace');
}

function isEnabled(check: AnyCheck, policy: Policy): boolean {
  // The keys of `rules` are rule ids by the check's own type.
  return (Object.keys(check.rules) as RuleId[]).some((rule) => policy.rules.get(rule) !== 'off');
}

/** The project's own workspace members are not dependencies: nobody publishes them to us. */
function componentSubjects(components: readonly Component[]): readonly Subject[] {
  return components.filter((component) => component.source.type !== 'workspace').map((component) => ({ kind: 'component', component }));
}

function neededKeys(checks: readonly AnyCheck[], collectors: readonly Collector<unknown>[]): ReadonlySet<string> {
  const needed = new Set(checks.flatMap((check) => evidenceOf(check).map((key) => key.id)));
  for (const id of needed) {
    for (const key of collectors.find((collector) => collector.key.id === id)?.after ?? []) needed.add(key.id);
  }
  return needed;
}

function inOrder(collectors: readonly Collector<unknown>[], needed: ReadonlySet<string>): readonly Collector<unknown>[] {
  const ordered: Collector<unknown>[] = [];
  const done = new Set<string>();
  let open = collectors.filter((collector) => needed.has(collector.key.id));
  while (open.length > 0) {
    const next = open.filter((collector) => (collector.after ?? []).every((key) => done.has(key.id)));
    if (next.length === 0) throw new Error(`evidence depends on itself: ${open.map((collector) => collector.key.id).join(', ')}`);
    ordered.push(...next);
    for (const collector of next) done.add(collector.key.id);
    open = open.filter((collector) => !next.includes(collector));
  }
  return ordered;
}

/** Every key with the components that it is wanted for; a collector's earlier keys are wanted for all of its own. */
function requestsFor(
  { checks, collectors, isRecalled }: PlanInput,
  subjectsOf: (check: AnyCheck) => readonly Subject[],
): ReadonlyMap<string, ReadonlyMap<SubjectId, readonly [Component, ...Component[]]>> {
  const earlier = new Map(collectors.map((collector) => [collector.key.id, collector.after ?? []]));
  const wanted = new Map<string, Wanted>();
  // Many checks share one list of subjects and one key: each pair is looked at once.
  const want = (key: EvidenceKey<unknown>, subjects: readonly Subject[]): void => {
    const ofKey = wanted.get(key.id) ?? { key, lists: new Set<readonly Subject[]>() };
    wanted.set(key.id, ofKey);
    if (ofKey.lists.has(subjects)) return;
    ofKey.lists.add(subjects);
    for (const before of earlier.get(key.id) ?? []) want(before, subjects);
  };
  for (const check of checks) for (const key of evidenceOf(check)) want(key, subjectsOf(check));
  const componentsOf = once((subjects: readonly Subject[]) =>
    subjects.flatMap((subject) => componentOf(subject) ?? []).filter((component) => isRecalled?.(component) !== true),
  );
  const made = new Map<string, Requests>();
  const numberOf = createNumbering();
  return new Map(
    [...wanted].map(([id, { key, lists }]) => {
      // Many keys name the same subjects in the same way: these share their requests.
      const name = [key.subjectOf, ...lists].map(numberOf).join();
      const requests = made.get(name) ?? bySubject(key, new Set([...lists].flatMap(componentsOf)));
      made.set(name, requests);
      return [id, requests];
    }),
  );
}

interface Wanted {
  readonly key: EvidenceKey<unknown>;
  readonly lists: Set<readonly Subject[]>;
}

type Requests = Map<SubjectId, [Component, ...Component[]]>;

function bySubject({ subjectOf }: EvidenceKey<unknown>, components: Iterable<Component>): Requests {
  const subjects: Requests = new Map();
  for (const component of components) {
    const subject = subjectOf(component);
    if (subject === undefined) continue;
    const known = subjects.get(subject);
    if (known === undefined) subjects.set(subject, [component]);
    else known.push(component);
  }
  return subjects;
}

/** Gives each thing a number, and the same thing the same one. */
function createNumbering(): (thing: unknown) => number {
  const numbers = new Map<unknown, number>();
  return (thing) => {
    const number = numbers.get(thing) ?? numbers.size;
    numbers.set(thing, number);
    return number;
  };
}

/** Works it out once for each list. */
function once<List extends object, T>(work: (list: List) => T): (list: List) => T {
  const done = new Map<List, T>();
  return (list) => {
    const known = done.get(list) ?? work(list);
    done.set(list, known);
    return known;
  };
}
