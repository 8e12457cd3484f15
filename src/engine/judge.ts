import type { AnyCheck, CheckContext, Subject } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { Collected } from '../model/evidence.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { PackageFacts } from '../model/package-facts.ts';
import type { Policy } from '../model/policy.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import { type Judgement, evaluate } from './evaluate.ts';
import type { Holding } from './holding.ts';
import type { SettledResult, RememberedCopy, RememberedPackage } from './memory.ts';
import type { PackageCopies } from './packages.ts';
import { type Plan, needsEvidence } from './plan.ts';
import type { Recollection } from './recollect.ts';
import { type Watch, createWatch } from './watched.ts';

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
}

/** All judgements of a run: the passes are counted, the others kept, in the order of checks and subjects. */
export interface Judged {
  readonly judgements: readonly Judgement[];
  readonly passes: number;
  /** The same at another moment: what did not look at the clock is not asked again, and nothing is remembered. */
  readonly at: (now: Milliseconds) => Pick<Judged, 'judgements' | 'passes'>;
}

/** Judges every subject of every check, or takes what is remembered of it; remembers the packages of which all is known. */
export function judgeAll(input: JudgeInput): Judged {
  const { work, collected, context, policy, recollection } = input;
  const notebook = createNotebook(createWatch(context));
  const judgements: Judgement[] = [];
  const timed: Timed[] = [];
  let passes = 0;
  // Most checks share one list of subjects: what is remembered of them is looked up once.
  const remembered = new Map<readonly Subject[], readonly (RememberedCopy['results'] | undefined)[]>();
  for (const check of work.checks) {
    const subjects = work.subjectsOf(check);
    const copies = remembered.get(subjects) ?? subjects.map((subject) => resultsOf(subject, recollection));
    remembered.set(subjects, copies);
    for (const [index, subject] of subjects.entries()) {
      const copy = copies[index];
      const result = copy?.get(check.id);
      if (result !== undefined) {
        if (result.result === 'pass') passes += 1;
        else judgements.push({ check, subject, ...result });
        continue;
      }
      const judgement =
        subject.kind === 'component'
          ? notebook.judge(check, subject, recollection !== undefined && copy === undefined, input)
          : evaluate(check, subject, collected, context, policy);
      const isPass = judgement.result === 'pass';
      if (subject.kind !== 'component' || notebook.hasReadClock()) timed.push({ check, subject, place: judgements.length, isPass });
      if (isPass) passes += 1;
      else judgements.push(judgement);
    }
  }
  for (const copies of recollection?.fresh() ?? []) {
    const settled = rememberable(copies, notebook, input);
    if (settled !== undefined) recollection?.remember(copies, settled);
  }
  return { judgements, passes, at: (now) => judgeAgain({ judgements, passes, timed }, now, input) };
}

function resultsOf(subject: Subject, recollection: Recollection | undefined): RememberedCopy['results'] | undefined {
  return subject.kind === 'component' ? recollection?.copyOf(subject.component)?.results : undefined;
}

/** A judgement that may be another one at another moment, and where it stands among those that are kept. */
interface Timed {
  readonly check: AnyCheck;
  readonly subject: Subject;
  /** Where it stands; for a pass, which is not kept: before what. */
  readonly place: number;
  readonly isPass: boolean;
}

function judgeAgain(
  first: { readonly judgements: readonly Judgement[]; readonly passes: number; readonly timed: readonly Timed[] },
  now: Milliseconds,
  { collected, context, policy, recollection }: JudgeInput,
): Pick<Judged, 'judgements' | 'passes'> {
  const judgements: Judgement[] = [];
  let { passes } = first;
  let next = 0;
  for (const { check, subject, place, isPass } of first.timed) {
    // Of what is remembered by now it was seen that it stays the same.
    if (resultsOf(subject, recollection)?.has(check.id) === true) continue;
    for (const judgement of first.judgements.slice(next, place)) judgements.push(judgement);
    next = isPass ? place : place + 1;
    if (isPass) passes -= 1;
    const judgement = evaluate(check, subject, collected, { ...context, now }, policy);
    if (judgement.result === 'pass') passes += 1;
    else judgements.push(judgement);
  }
  return { judgements: [...judgements, ...first.judgements.slice(next)], passes };
}

/** What is written down about one component while its checks run. */
interface Page {
  readonly shown: Component;
  readonly results: Map<AnyCheck, SettledResult>;
  /** The checks that looked at the clock. */
  readonly timed: AnyCheck[];
  /** Something was inconclusive, or belongs to this lockfile alone. */
  isSpoilt: boolean;
}

interface Notebook {
  /** Judges a component; what is not to be remembered is not written down. */
  readonly judge: (check: AnyCheck, subject: ComponentSubject, isFresh: boolean, input: JudgeInput) => Judgement;
  /** Whether the last check looked at the clock. */
  readonly hasReadClock: () => boolean;
  readonly pageOf: (component: Component) => Page | undefined;
}

type ComponentSubject = Extract<Subject, { kind: 'component' }>;

function createNotebook(watch: Watch): Notebook {
  const pages = new Map<Component, Page>();
  const open = (component: Component): Page => {
    const page = { shown: watch.show(component), results: new Map(), timed: [], isSpoilt: false };
    pages.set(component, page);
    return page;
  };
  return {
    hasReadClock: watch.hasReadClock,
    pageOf: (component) => pages.get(component),
    judge: (check, subject, isFresh, { collected, policy }) => {
      const { component } = subject;
      if (!isFresh) {
        watch.begin(component, component);
        return evaluate(check, subject, collected, watch.context, policy);
      }
      const page = pages.get(component) ?? open(component);
      watch.begin(component, page.shown);
      const judgement = evaluate(check, subject, collected, watch.context, policy, { kind: 'component', component: page.shown });
      const settled = settledResultOf(judgement);
      const isOwn = settled !== undefined && !watch.hasLookedBeyond();
      if (isOwn) page.results.set(check, settled);
      else if (needsEvidence(check)) page.isSpoilt = true;
      if (watch.hasReadClock()) page.timed.push(check);
      return judgement;
    },
  };
}

function settledResultOf(judgement: Judgement): SettledResult | undefined {
  switch (judgement.result) {
    case 'pass':
      return pass;
    case 'not-applicable': {
      const { why, notOfferedBy } = judgement;
      return notOfferedBy === undefined ? { result: 'not-applicable', why } : { result: 'not-applicable', why, notOfferedBy };
    }
    case 'fail':
      return isWritable(judgement.drafts) ? { result: 'fail', drafts: judgement.drafts } : undefined;
    case 'inconclusive':
      return undefined;
  }
}

const pass: SettledResult = { result: 'pass' };

/** Whoever names a package has a part in its findings: what is longer than anybody reads is made again each time. */
const longestFindings = 4096;

/** Whether it can be written down and read again as the same. */
function isWritable(drafts: readonly FindingDraft[]): boolean {
  return drafts.every(({ passesAt = 0 }) => Number.isFinite(passesAt)) && JSON.stringify(drafts).length <= longestFindings;
}

/**
 * What there is to say of a package's copies, and for how long that may be said. The clock changes what the same evidence
 * amounts to: most releases only age well, and what does not (an exception that ends, a key that does) would have to change its mind
 * within the minutes for which evidence holds. So each check that looked at the clock is asked about the last of these moments,
 * too: a package is remembered for the time between two moments at which every check says the very same of it.
 */
function rememberable(copies: PackageCopies, notebook: Notebook, input: JudgeInput): Omit<RememberedPackage, 'circles'> | undefined {
  const { context, holding } = input;
  if (copies.components.some((component) => notebook.pageOf(component)?.isSpoilt !== false)) return undefined;
  let until = Infinity;
  for (const component of copies.kinds) until = Math.min(until, holding.until(component) ?? -Infinity);
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
  const watch = createWatch({ ...context, now });
  const shown = watch.show(component);
  for (const check of timed) {
    const result = results.get(check);
    if (result === undefined) continue;
    watch.begin(component, shown);
    const later = evaluate(check, { kind: 'component', component }, collected, watch.context, policy, {
      kind: 'component',
      component: shown,
    });
    if (watch.hasLookedBeyond() || !isSame(settledResultOf(later), result)) return false;
  }
  return true;
}

/** Both are made by the same check, which writes its findings in one way. */
function isSame(a: SettledResult | undefined, b: SettledResult): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
