import type { CheckContext, Subject } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { PackageFacts } from '../model/package-facts.ts';
import type { Policy } from '../model/policy.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import type { Judge, Judgement } from './evaluate.ts';
import { draftedSeverity } from './findings.ts';
import type { Holding } from './holding.ts';
import type { RememberedCopy, RememberedPackage, SettledResult } from './memory.ts';
import type { PackageCopies } from './packages.ts';
import { type Pattern, createPattern } from './pattern.ts';
import { needsEvidence } from './plan.ts';
import type { Watch } from './watched.ts';

/** What a judgement is made of, and what is remembered beside it. */
export interface NotebookInput {
  readonly context: CheckContext;
  readonly policy: Policy;
  readonly holding: Holding;
  readonly factsOf: (component: Component) => PackageFacts | undefined;
  readonly notesOf: (component: Component) => readonly string[];
}

/** Judges components, and notes of each what it came to and what that depends on. */
export interface Notebook {
  /** Judges a component; what is not to be remembered is not written down. */
  readonly judge: (judge: Judge, subject: ComponentSubject, isFresh: boolean) => Judgement;
  /** Whether the last check looked at the clock. */
  readonly hasReadClock: () => boolean;
  readonly pageOf: (component: Component) => Page | undefined;
  /** Whether every check that looked at the clock would say the same of it at another moment. */
  readonly isSaidAt: (now: Milliseconds, page: Page) => boolean;
}

export function createNotebook(watch: Watch, policy: Policy): Notebook {
  const pages = new Map<Component, Page>();
  const unjudged = createPattern();
  const settle = createSettlement(policy);
  const open = (subject: ComponentSubject): Page => {
    const shown: ComponentSubject = { kind: 'component', component: watch.show(subject.component) };
    const page: Page = { subject, shown, pattern: unjudged, found: undefined, timed: [], isSpoilt: false };
    pages.set(subject.component, page);
    return page;
  };
  return {
    hasReadClock: watch.hasReadClock,
    pageOf: (component) => pages.get(component),
    judge: (judge, subject, isFresh) => {
      const { component } = subject;
      if (!isFresh) {
        watch.begin(component, component);
        return judge.judge(subject, watch.context);
      }
      const page = pages.get(component) ?? open(subject);
      watch.begin(component, page.shown.component);
      const judgement = judge.judge(subject, watch.context, page.shown);
      const settled = settle(judgement);
      if (settled === undefined || watch.hasLookedBeyond()) {
        if (needsEvidence(judge.check)) page.isSpoilt = true;
      } else if (settled.result === 'fail') (page.found ??= new Map()).set(judge.check.id, settled);
      else page.pattern = page.pattern.followedBy(judge.check, settled);
      if (watch.hasReadClock()) page.timed.push(judge);
      return judgement;
    },
    isSaidAt: (now, { subject, shown, pattern, found, timed }) => {
      for (const judge of timed) {
        const { id } = judge.check;
        const result = found?.get(id) ?? pattern.results().get(id);
        if (result === undefined) continue;
        watch.begin(subject.component, shown.component, now);
        const later = settle(judge.judge(subject, watch.context, shown));
        if (watch.hasLookedBeyond() || !isSame(later, result)) return false;
      }
      return true;
    },
  };
}

/**
 * What there is to say of a package's copies, and for how long that may be said. The clock changes what the same evidence
 * amounts to: most releases only age well, and what does not (an exception that ends, a key that does) would have to change its mind
 * within the minutes for which evidence holds. So each check that looked at the clock is asked about the last of these moments,
 * too: a package is remembered for the time between two moments at which every check says the very same of it. Where that is not
 * the whole time, since a finding counts the hours, an earlier moment is tried.
 */
export function rememberable(
  { components, kinds }: PackageCopies,
  notebook: Notebook,
  input: NotebookInput,
): Omit<RememberedPackage, 'circles'> | undefined {
  const { now } = input.context;
  if (components.some((component) => notebook.pageOf(component)?.isSpoilt !== false)) return undefined;
  const pages = kinds.flatMap((component) => notebook.pageOf(component) ?? []);
  let longest = Infinity;
  for (const component of kinds) longest = Math.min(longest, input.holding.until(component) ?? -Infinity);
  if (pages.length !== kinds.length || !(now < longest)) return undefined;
  const until = parts
    .map((part) => milliseconds(now + (longest - now) * part))
    .find((moment) => pages.every((page) => notebook.isSaidAt(moment, page)));
  if (until === undefined) return undefined;
  const copies = pages.map(({ subject: { component }, pattern, found }): RememberedCopy => ({
    results: found === undefined ? pattern.results() : new Map([...pattern.results(), ...found]),
    notes: input.notesOf(component),
    facts: input.factsOf(component),
  }));
  return { judgedAt: now, until, copies };
}

/** How much of the time for which the evidence holds is tried. */
const parts = [1, 0.25, 0.0625];

/** What is written down about one component while its checks run. */
interface Page {
  readonly subject: ComponentSubject;
  /** As the checks see it. */
  readonly shown: ComponentSubject;
  /** What it came to, */
  pattern: Pattern;
  /** except for findings, which are its own. */
  found: Map<string, SettledResult> | undefined;
  /** The checks that looked at the clock. */
  readonly timed: Judge[];
  /** Something was inconclusive, or belongs to this lockfile alone. */
  isSpoilt: boolean;
}

type ComponentSubject = Extract<Subject, { kind: 'component' }>;

/** Makes of judgements what may be remembered of them: one value for all that do not apply for the same reason. */
function createSettlement(policy: Policy): (judgement: Judgement) => SettledResult | undefined {
  const known = new Map<string, Extract<SettledResult, { result: 'not-applicable' }>>();
  const notApplicable = (why: string, notOfferedBy: string | undefined): SettledResult => {
    const last = known.get(why);
    if (last !== undefined && last.notOfferedBy === notOfferedBy) return last;
    const settled = { result: 'not-applicable', why, ...(notOfferedBy === undefined ? {} : { notOfferedBy }) } as const;
    known.set(why, settled);
    return settled;
  };
  return (judgement) => {
    switch (judgement.result) {
      case 'pass':
        return pass;
      case 'not-applicable':
        return notApplicable(judgement.why, judgement.notOfferedBy);
      case 'fail':
        return isFailure(judgement, policy) || !isWritable(judgement.drafts) ? undefined : { result: 'fail', drafts: judgement.drafts };
      case 'inconclusive':
        return undefined;
    }
  };
}

const pass: SettledResult = { result: 'pass' };

/** What fails a run is found anew each time: no repair waits for what somebody remembers. */
function isFailure({ check, drafts }: Extract<Judgement, { result: 'fail' }>, policy: Policy): boolean {
  return drafts.some((draft) => draftedSeverity(check, draft, policy) === 'error');
}

/** Whoever names a package has a part in its findings: what is longer than anybody reads is made again each time. */
const longestFindings = 4096;

/** Whether it can be written down and read again as the same. */
function isWritable(drafts: readonly FindingDraft[]): boolean {
  return drafts.every(({ passesAt = 0 }) => Number.isFinite(passesAt)) && JSON.stringify(drafts).length <= longestFindings;
}

/** Both are made by the same check, which writes its findings in one way. */
function isSame(a: SettledResult | undefined, b: SettledResult): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
