import type { AnyCheck, CheckContext, Subject } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { Collected } from '../model/evidence.ts';
import type { PackageFacts } from '../model/package-facts.ts';
import type { Policy } from '../model/policy.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import { type Judgement, evaluate } from './evaluate.ts';
import type { Holding } from './holding.ts';
import type { CleanResult, RememberedCopy, RememberedPackage } from './memory.ts';
import type { PackageCopies } from './packages.ts';
import { type Plan, needsEvidence } from './plan.ts';
import type { Recollection } from './recollect.ts';
import { type WatchedComponent, createWatch } from './watched.ts';

export interface JudgeInput {
  readonly work: Plan;
  readonly collected: Collected;
  readonly context: CheckContext;
  readonly policy: Policy;
  /** What earlier judgements can be taken for; absent where nothing is remembered. */
  readonly recollection?: Recollection;
  readonly holding: Holding;
  readonly factsOf: (component: Component) => PackageFacts | undefined;
  readonly notesOf: (component: Component) => readonly string[];
  /** The notebook of the same judgements at another moment: what did not look at the clock is not asked again. */
  readonly before?: Notebook;
}

/** All judgements of a run: the passes are counted, the others kept, in the order of checks and subjects. */
export interface Judged {
  readonly judgements: readonly Judgement[];
  readonly passes: number;
  /** What was written down about the packages that were judged; for another look at another moment. */
  readonly notebook?: Notebook;
}

/** Judges every subject of every check, or takes what is remembered of it; remembers the packages in which nothing was found. */
export function judgeAll(input: JudgeInput): Judged {
  const { work, collected, context, policy, recollection } = input;
  const notebook = recollection === undefined ? undefined : createNotebook(context, input.before);
  const judgements: Judgement[] = [];
  let passes = 0;
  // Most checks share one list of subjects: what is remembered of them is looked up once.
  const remembered = new Map<readonly Subject[], readonly (RememberedCopy['results'] | undefined)[]>();
  for (const check of work.checks) {
    const subjects = work.subjectsOf(check);
    const copies = remembered.get(subjects) ?? subjects.map((subject) => recollection?.resultsOf(subject));
    remembered.set(subjects, copies);
    for (const [index, subject] of subjects.entries()) {
      const judgement =
        copies[index]?.get(check.id) ?? notebook?.judge(check, subject, input) ?? evaluate(check, subject, collected, context, policy);
      if (judgement.result === 'pass') passes += 1;
      else judgements.push('check' in judgement ? judgement : { check, subject, ...judgement });
    }
  }
  if (recollection !== undefined && notebook !== undefined) {
    for (const copies of recollection.fresh()) {
      const remembered = rememberable(copies, notebook, input);
      if (remembered !== undefined) recollection.remember(copies, remembered);
    }
  }
  return { judgements, passes, ...(notebook === undefined ? {} : { notebook }) };
}

/** What is written down about one component while its checks run. */
interface Page {
  readonly seen: WatchedComponent;
  readonly judgements: Map<AnyCheck, Judgement>;
  readonly results: Map<AnyCheck, CleanResult>;
  /** The checks that looked at the clock. */
  readonly timed: Set<AnyCheck>;
  /** Something was found, was inconclusive, or belongs to this lockfile alone. */
  isSpoilt: boolean;
}

export interface Notebook {
  /** Undefined for subjects that are no component. */
  readonly judge: (check: AnyCheck, subject: Subject, input: JudgeInput) => Judgement | undefined;
  readonly pageOf: (component: Component) => Page | undefined;
}

function createNotebook(context: CheckContext, before: Notebook | undefined): Notebook {
  const watch = createWatch(context);
  const pages = new Map<Component, Page>();
  return {
    pageOf: (component) => pages.get(component),
    judge: (check, subject, { collected, policy }) => {
      if (subject.kind !== 'component') return undefined;
      const { component } = subject;
      const earlier = before?.pageOf(component);
      const settled = earlier?.timed.has(check) === false ? earlier.judgements.get(check) : undefined;
      if (settled !== undefined) return settled;
      const page = pages.get(component) ?? {
        seen: watch(component),
        judgements: new Map(),
        results: new Map(),
        timed: new Set(),
        isSpoilt: false,
      };
      pages.set(component, page);
      const {
        value: judgement,
        hasLookedBeyond,
        hasReadClock,
      } = page.seen.watch(() => evaluate(check, subject, collected, page.seen.context, policy, page.seen.subject));
      const clean = cleanResultOf(judgement);
      if (clean === undefined || (hasLookedBeyond && needsEvidence(check))) page.isSpoilt = true;
      else if (!hasLookedBeyond) page.results.set(check, clean);
      page.judgements.set(check, judgement);
      if (hasReadClock) page.timed.add(check);
      return judgement;
    },
  };
}

function cleanResultOf(judgement: Judgement): CleanResult | undefined {
  switch (judgement.result) {
    case 'pass':
      return pass;
    case 'not-applicable': {
      const { why, notOfferedBy } = judgement;
      return { result: 'not-applicable', why, ...(notOfferedBy === undefined ? {} : { notOfferedBy }) };
    }
    case 'fail':
    case 'inconclusive':
      return undefined;
  }
}

const pass: CleanResult = { result: 'pass' };

/**
 * A package in whose copies nothing was found, and for how long that may be said. The clock changes what the same evidence
 * amounts to: most releases only age well, and what does not (an exception that ends, a key that does) would have to change its mind
 * within the minutes for which evidence holds. So each check that looked at the clock is asked about the last of these moments,
 * too: a package is remembered for the time between two moments at which every check says the very same of it.
 */
function rememberable(copies: PackageCopies, notebook: Notebook, input: JudgeInput): RememberedPackage | undefined {
  const { context, holding } = input;
  if (copies.components.some((component) => notebook.pageOf(component)?.isSpoilt !== false)) return undefined;
  let until = Infinity;
  for (const component of copies.kinds) until = Math.min(until, holding.ownUntil(component) ?? -Infinity);
  if (!(context.now < until)) return undefined;
  const remembered: RememberedCopy[] = [];
  for (const component of copies.kinds) {
    const page = notebook.pageOf(component);
    if (page === undefined || !isSaidAt(milliseconds(until), component, page, input)) return undefined;
    const { results } = page;
    const facts = input.factsOf(component);
    remembered.push({
      results: new Map([...results].map(([check, result]) => [check.id, result])),
      notes: input.notesOf(component),
      ...(facts === undefined ? {} : { facts }),
    });
  }
  return { judgedAt: context.now, until: milliseconds(until), copies: remembered };
}

function isSaidAt(now: Milliseconds, component: Component, { results, timed }: Page, { collected, context, policy }: JudgeInput): boolean {
  const seen = createWatch({ ...context, now })(component);
  for (const check of timed) {
    const result = results.get(check);
    if (result === undefined) continue;
    const { value: later, hasLookedBeyond } = seen.watch(() =>
      evaluate(check, { kind: 'component', component }, collected, seen.context, policy, seen.subject),
    );
    if (hasLookedBeyond || !isSame(cleanResultOf(later), result)) return false;
  }
  return true;
}

function isSame(a: CleanResult | undefined, b: CleanResult): boolean {
  if (a?.result !== b.result) return false;
  return a.result === 'pass' || (b.result === 'not-applicable' && a.why === b.why && a.notOfferedBy === b.notOfferedBy);
}
