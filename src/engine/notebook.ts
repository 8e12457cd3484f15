import type { AnyCheck, CheckContext, Subject } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { Collected } from '../model/evidence.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { PackageFacts } from '../model/package-facts.ts';
import type { Policy } from '../model/policy.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import { type Judgement, evaluate } from './evaluate.ts';
import { draftedSeverity } from './findings.ts';
import type { Holding } from './holding.ts';
import type { RememberedCopy, RememberedPackage, SettledResult } from './memory.ts';
import type { PackageCopies } from './packages.ts';
import { needsEvidence } from './plan.ts';
import { type Watch, createWatch } from './watched.ts';

/** What a judgement is made of, and what is remembered beside it. */
export interface NotebookInput {
  readonly collected: Collected;
  readonly context: CheckContext;
  readonly policy: Policy;
  readonly holding: Holding;
  readonly factsOf: (component: Component) => PackageFacts | undefined;
  readonly notesOf: (component: Component) => readonly string[];
}

/** Judges components, and notes of each what it came to and what that depends on. */
export interface Notebook {
  /** Judges a component; what is not to be remembered is not written down. */
  readonly judge: (check: AnyCheck, subject: ComponentSubject, isFresh: boolean, input: NotebookInput) => Judgement;
  /** Whether the last check looked at the clock. */
  readonly hasReadClock: () => boolean;
  readonly pageOf: (component: Component) => Page | undefined;
}

export function createNotebook(watch: Watch): Notebook {
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
      const settled = settledResultOf(judgement, policy);
      const isOwn = settled !== undefined && !watch.hasLookedBeyond();
      if (isOwn) page.results.set(check, settled);
      else if (needsEvidence(check)) page.isSpoilt = true;
      if (watch.hasReadClock()) page.timed.push(check);
      return judgement;
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
  const copies = kinds.flatMap((component) => {
    const page = notebook.pageOf(component);
    return page === undefined ? [] : [{ component, page }];
  });
  let longest = Infinity;
  for (const component of kinds) longest = Math.min(longest, input.holding.until(component) ?? -Infinity);
  if (copies.length !== kinds.length || !(now < longest)) return undefined;
  const until = parts
    .map((part) => milliseconds(now + (longest - now) * part))
    .find((moment) => copies.every(({ component, page }) => isSaidAt(moment, component, page, input)));
  if (until === undefined) return undefined;
  const remembered = copies.map(({ component, page }): RememberedCopy => ({
    results: new Map([...page.results].map(([check, result]) => [check.id, result])),
    notes: input.notesOf(component),
    facts: input.factsOf(component),
  }));
  return { judgedAt: now, until, copies: remembered };
}

/** How much of the time for which the evidence holds is tried. */
const parts = [1, 0.25, 0.0625];

/** What is written down about one component while its checks run. */
interface Page {
  readonly shown: Component;
  readonly results: Map<AnyCheck, SettledResult>;
  /** The checks that looked at the clock. */
  readonly timed: AnyCheck[];
  /** Something was inconclusive, or belongs to this lockfile alone. */
  isSpoilt: boolean;
}

type ComponentSubject = Extract<Subject, { kind: 'component' }>;

function settledResultOf(judgement: Judgement, policy: Policy): SettledResult | undefined {
  switch (judgement.result) {
    case 'pass':
      return pass;
    case 'not-applicable': {
      const { why, notOfferedBy } = judgement;
      return notOfferedBy === undefined ? { result: 'not-applicable', why } : { result: 'not-applicable', why, notOfferedBy };
    }
    case 'fail':
      return isFailure(judgement, policy) || !isWritable(judgement.drafts) ? undefined : { result: 'fail', drafts: judgement.drafts };
    case 'inconclusive':
      return undefined;
  }
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

function isSaidAt(
  now: Milliseconds,
  component: Component,
  { results, timed }: Page,
  { collected, context, policy }: NotebookInput,
): boolean {
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
    if (watch.hasLookedBeyond() || !isSame(settledResultOf(later, policy), result)) return false;
  }
  return true;
}

/** Both are made by the same check, which writes its findings in one way. */
function isSame(a: SettledResult | undefined, b: SettledResult): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
