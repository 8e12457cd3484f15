import type { AnyCheck, Subject } from '../model/check.ts';
import type { Milliseconds } from '../model/units.ts';
import type { Dossiers } from './dossiers.ts';
import { type Judge, type Judgement, createJudge } from './evaluate.ts';
import type { RememberedCopy, SettledResult } from './memory.ts';
import { type Notebook, type NotebookInput, createNotebook, rememberable } from './notebook.ts';
import type { Plan } from './plan.ts';
import type { Recollection } from './recollect.ts';
import { createWatch } from './watched.ts';

export interface JudgeInput extends NotebookInput {
  readonly work: Plan;
  readonly dossiers: Dossiers;
  /** What earlier judgements can be taken for; absent where nothing is remembered. */
  readonly recollection?: Recollection;
}

/** What the judgements of one moment come to: what only counts is counted. */
export interface Tally {
  readonly passes: number;
  readonly notApplicable: number;
  /** What failed or is inconclusive, in the order of checks and subjects. */
  readonly decisive: readonly Judgement[];
}

export interface Judged extends Tally {
  /** What the sources of evidence do not offer, in words. */
  readonly notOffered: ReadonlySet<string>;
  /** All judgements but the passes, in the order of checks and subjects; most of them say that a check does not apply. */
  readonly all: () => readonly Judgement[];
  /** The same at another moment: what did not look at the clock is not asked again, and nothing is remembered. */
  readonly at: (now: Milliseconds) => Tally;
}

/** Judges every subject of every check, or takes what is remembered of it; remembers the packages of which all is known. */
export function judgeAll(input: JudgeInput): Judged {
  const sheets = sheetsOf(input);
  const first = tallyOf(sheets);
  const isTimed = sheets.some(({ timed }) => timed.length > 0);
  return {
    ...first,
    notOffered: new Set(sheets.flatMap(notOfferedIn)),
    all: () => sheets.flatMap(judgementsIn),
    at: (now) => (isTimed ? tallyOf(sheets.map((sheet) => judgedAgain(sheet, now, input))) : first),
  };
}

/** What every check came to. What is noted on the way to that is let go: it is as much as the evidence. */
function sheetsOf(input: JudgeInput): readonly Sheet[] {
  const { work, dossiers, policy, recollection } = input;
  const notebook = createNotebook(createWatch(input.context), policy);
  // Most checks share one list of subjects: what is remembered of them is looked up once.
  const groups = new Map<readonly Subject[], Groups>();
  const sheets = work.checks.map((check) => {
    const subjects = work.subjectsOf(check);
    const known = groups.get(subjects) ?? groupsOf(subjects, recollection);
    groups.set(subjects, known);
    return judgeOne(createJudge(check, dossiers, policy), subjects, known, notebook, input);
  });
  for (const copies of recollection?.fresh() ?? []) {
    const settled = rememberable(copies, notebook, input);
    if (settled !== undefined) recollection?.remember(copies, settled);
  }
  return sheets;
}

/** The places of the subjects of which the very same is remembered; of those under undefined, nothing is. */
type Groups = ReadonlyMap<RememberedCopy['results'] | undefined, readonly number[]>;

function groupsOf(subjects: readonly Subject[], recollection: Recollection | undefined): Groups {
  const groups = new Map<RememberedCopy['results'] | undefined, number[]>();
  subjects.forEach((subject, place) => {
    const results = resultsOf(subject, recollection);
    const group = groups.get(results);
    if (group === undefined) groups.set(results, [place]);
    else group.push(place);
  });
  return groups;
}

function resultsOf(subject: Subject, recollection: Recollection | undefined): RememberedCopy['results'] | undefined {
  return subject.kind === 'component' ? recollection?.copyOf(subject.component)?.results : undefined;
}

/** What one check came to for all of its subjects. */
interface Sheet {
  readonly judge: Judge;
  readonly subjects: readonly Subject[];
  /** What is remembered, and what did not apply in this run whatever the time is: most reasons are good for many. */
  readonly alike: readonly Alike[];
  /** How many passed of those that were judged in this run: most do, and nothing more is kept of them. */
  readonly passed: number;
  /** What the others came to, by place. */
  readonly judged: ReadonlyMap<number, Judgement>;
  /** The places of this run whose judgement may be another one at another moment. */
  readonly timed: readonly number[];
}

/** The places of the subjects that came to the very same. */
interface Alike {
  readonly result: SettledResult;
  readonly places: readonly number[];
}

function judgeOne(judge: Judge, subjects: readonly Subject[], groups: Groups, notebook: Notebook, input: JudgeInput): Sheet {
  const { context, recollection } = input;
  const recalled: Alike[] = [];
  const notApplicable = createReasons();
  let passed = 0;
  const judged = new Map<number, Judgement>();
  const timed: number[] = [];
  for (const [results, places] of groups) {
    const result = results?.get(judge.check.id);
    if (result !== undefined) {
      recalled.push({ result, places });
      continue;
    }
    // By index: an iterator would make an object for each of a hundred thousand judgements.
    for (let index = 0; index < places.length; index++) {
      const place = places[index] ?? -1;
      const subject = subjects[place];
      if (subject === undefined) continue;
      const judgement =
        subject.kind === 'component'
          ? notebook.judge(judge, subject, recollection !== undefined && results === undefined)
          : judge.judge(subject, context);
      const isTimed = subject.kind !== 'component' || notebook.hasReadClock();
      if (isTimed) timed.push(place);
      if (judgement.result === 'pass') passed += 1;
      else if (judgement.result === 'not-applicable' && !isTimed) notApplicable.add(judgement, place);
      else judged.set(place, judgement);
    }
  }
  return { judge, subjects, alike: [...recalled, ...notApplicable.all()], passed, judged, timed };
}

/** Gathers by their reasons the subjects that a check does not apply to. */
interface Reasons {
  readonly add: (judgement: Extract<Judgement, { result: 'not-applicable' }>, place: number) => void;
  readonly all: () => readonly Alike[];
}

function createReasons(): Reasons {
  const all: Alike[] = [];
  const latest = new Map<string, { readonly notOfferedBy: string | undefined; readonly places: number[] }>();
  return {
    add: ({ result, why, notOfferedBy }, place) => {
      const known = latest.get(why);
      if (known !== undefined && known.notOfferedBy === notOfferedBy) return void known.places.push(place);
      const places = [place];
      all.push({ result: notOfferedBy === undefined ? { result, why } : { result, why, notOfferedBy }, places });
      latest.set(why, { notOfferedBy, places });
    },
    all: () => all,
  };
}

function tallyOf(sheets: readonly Sheet[]): Tally {
  let [passes, notApplicable] = [0, 0];
  const decisive: Judgement[] = [];
  for (const sheet of sheets) {
    passes += sheet.passed;
    const decided: (readonly [place: number, Judgement])[] = [];
    for (const { result, places } of sheet.alike) {
      if (result.result === 'pass') passes += places.length;
      else if (result.result === 'not-applicable') notApplicable += places.length;
      else for (const one of judgementsAt(sheet, places, result)) decided.push(one);
    }
    for (const [place, judgement] of sheet.judged) {
      if (judgement.result === 'not-applicable') notApplicable += 1;
      else decided.push([place, judgement]);
    }
    for (const judgement of inOrder(decided)) decisive.push(judgement);
  }
  return { passes, notApplicable, decisive };
}

function notOfferedIn({ alike, judged }: Sheet): readonly string[] {
  return [...alike.map(({ result }) => result), ...judged.values()].flatMap((one) =>
    one.result === 'not-applicable' && one.notOfferedBy !== undefined ? [one.why] : [],
  );
}

/** All but the passes. */
function judgementsIn(sheet: Sheet): readonly Judgement[] {
  return inOrder([
    ...sheet.alike.flatMap(({ result, places }) => (result.result === 'pass' ? [] : judgementsAt(sheet, places, result))),
    ...sheet.judged,
  ]);
}

function judgementsAt(
  { judge: { check }, subjects }: Sheet,
  places: readonly number[],
  result: SettledResult,
): readonly (readonly [place: number, Judgement])[] {
  return places.flatMap((place) => {
    const subject = subjects[place];
    return subject === undefined ? [] : [[place, { check, subject, ...result }] as const];
  });
}

function inOrder(judgements: readonly (readonly [place: number, Judgement])[]): readonly Judgement[] {
  return judgements.toSorted(([a], [b]) => a - b).map(([, judgement]) => judgement);
}

function judgedAgain(sheet: Sheet, now: Milliseconds, { context, recollection }: JudgeInput): Sheet {
  const judged = new Map(sheet.judged);
  const then = { ...context, now };
  let { passed } = sheet;
  for (const place of sheet.timed) {
    const subject = sheet.subjects[place];
    if (subject === undefined || isSettledUntil(now, sheet.judge.check, subject, recollection)) continue;
    const judgement = sheet.judge.judge(subject, then);
    if (!judged.delete(place)) passed -= 1;
    if (judgement.result === 'pass') passed += 1;
    else judged.set(place, judgement);
  }
  return { ...sheet, passed, judged };
}

/** Of what is remembered by now it was seen that it stays the same for a while. */
function isSettledUntil(now: Milliseconds, { id }: AnyCheck, subject: Subject, recollection: Recollection | undefined): boolean {
  if (subject.kind !== 'component' || recollection === undefined) return false;
  const { copyOf, copyHoldsUntil } = recollection;
  return now <= (copyHoldsUntil(subject.component) ?? -Infinity) && copyOf(subject.component)?.results.has(id) === true;
}
