import type { AnyCheck, CheckContext, Evaluation, Subject } from '../model/check.ts';
import type { Collected, EvidenceKey, EvidenceMap } from '../model/evidence.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { Policy } from '../model/policy.ts';
import type { InconclusiveReason } from '../model/report.ts';
import { type Dossier, type Dossiers, type Entry, openDossiers } from './dossiers.ts';
import { componentOf, evidenceOf } from './plan.ts';

/** The raw result of one check for one subject, before findings get their place, level and waiver. */
export type Judgement = { readonly check: AnyCheck; readonly subject: Subject } & (
  | { readonly result: 'pass' }
  | { readonly result: 'fail'; readonly drafts: readonly [FindingDraft, ...FindingDraft[]] }
  | { readonly result: 'inconclusive'; readonly reasons: readonly [InconclusiveReason, ...InconclusiveReason[]] }
  | { readonly result: 'not-applicable'; readonly why: string; readonly notOfferedBy?: string }
);

/** One check, with all that is the same for all of its subjects. */
export interface Judge {
  readonly check: AnyCheck;
  /** @param shown the subject as the check is to see it, where that is not the subject itself */
  readonly judge: (subject: Subject, context: CheckContext, shown?: Subject) => Judgement;
}

/**
 * Makes the judge of one check. The check is called only when everything that it needs is known; otherwise the engine answers
 * for it. A check that throws, or answers with anything but findings, is inconclusive: it has proven nothing.
 */
export function createJudge(check: AnyCheck, dossiers: Dossiers, policy: Policy): Judge {
  const needs = piecesOf(check.needs, dossiers);
  const uses = piecesOf(check.uses, dossiers);
  const isAsking = needs.length + uses.length > 0;
  const options = policy.options.get(check.id) ?? check.options.defaults;
  return {
    check,
    judge: (subject, context, shown = subject) => {
      // Who asks for nothing opens no dossier: it is called for what is remembered of everybody else, too.
      const component = isAsking ? componentOf(subject) : undefined;
      const dossier = component === undefined ? undefined : dossiers.of(component);
      const needed = gather(needs, dossier);
      if ('gap' in needed) return unjudged(check, subject, needed.gap);
      const input = { subject: shown, known: needed.known, used: gatherUsed(uses, dossier), options, context };
      let evaluation: unknown;
      try {
        // Its evidence was proven by shape and its options by schema: this is the input that the check declared.
        evaluation = check.evaluate(input as never);
      } catch (error) {
        return broken(
          check,
          subject,
          `the check failed on it: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`,
        );
      }
      return judged(check, subject, evaluation, policy);
    },
  };
}

/** Judges one subject by itself; see `createJudge`. */
export function evaluate(check: AnyCheck, subject: Subject, collected: Collected, context: CheckContext, policy: Policy): Judgement {
  return createJudge(check, openDossiers(evidenceOf(check), collected), policy).judge(subject, context);
}

/** One piece of evidence, by the name that the check chose. */
interface Piece {
  readonly name: string;
  readonly key: EvidenceKey<unknown>;
  readonly place: number;
}

function piecesOf(keys: EvidenceMap, dossiers: Dossiers): readonly Piece[] {
  return Object.entries(keys).map(([name, key]) => ({ name, key, place: dossiers.placeOf(key) }));
}

/** Why a check is not called: `missing` names the key that does not exist for its subject. */
type Gap =
  | { readonly missing: EvidenceKey<unknown> }
  | { readonly notOfferedBy: string; readonly evidence: string }
  | { readonly reasons: readonly [InconclusiveReason, ...InconclusiveReason[]] };

type Gathered = { readonly known: Readonly<Record<string, unknown>> } | { readonly gap: Gap };

function gather(pieces: readonly Piece[], dossier: Dossier | undefined): Gathered {
  if (pieces.length === 0) return nothingNeeded;
  const known: Record<string, unknown> = {};
  let reasons: [InconclusiveReason, ...InconclusiveReason[]] | undefined;
  for (const { name, key, place } of pieces) {
    const entry = dossier?.[place];
    if (dossier === undefined || entry?.state === 'no-subject') return { gap: { missing: key } };
    if (entry?.state === 'not-offered') return { gap: { notOfferedBy: entry.by, evidence: key.id } };
    if (entry?.state === 'known') {
      known[name] = entry.value;
      continue;
    }
    const reason = reasonOf(entry, key);
    if (reasons === undefined) reasons = [reason];
    else reasons.push(reason);
  }
  return reasons === undefined ? { known } : { gap: { reasons } };
}

function reasonOf(
  entry: Extract<Entry, { state: 'unavailable' | 'not-collected' }> | undefined,
  { id }: EvidenceKey<unknown>,
): InconclusiveReason {
  return entry?.state === 'unavailable'
    ? { evidence: id, reason: entry.reason, detail: entry.detail, source: entry.source ?? id }
    : { evidence: id, reason: 'not-collected', detail: `nothing collects ${id} in this run`, source: id };
}

/** What merely strengthens or weakens a case: each piece for itself, so that one that nobody offers does not hide another. */
function gatherUsed(pieces: readonly Piece[], dossier: Dossier | undefined): Readonly<Record<string, unknown>> {
  if (pieces.length === 0) return nothing;
  const known: Record<string, unknown> = {};
  for (const { name, place } of pieces) {
    const entry = dossier?.[place];
    if (entry?.state === 'known') known[name] = entry.value;
  }
  return known;
}

const nothing: Readonly<Record<string, unknown>> = Object.freeze({});
const nothingNeeded: Gathered = { known: nothing };

function unjudged(check: AnyCheck, subject: Subject, gap: Gap): Judgement {
  if ('reasons' in gap) return { check, subject, result: 'inconclusive', reasons: gap.reasons };
  if ('missing' in gap) {
    const kind = componentOf(subject)?.source.type ?? subject.kind;
    return { check, subject, result: 'not-applicable', why: `${kind} has no ${gap.missing.id}` };
  }
  const { notOfferedBy, evidence } = gap;
  return { check, subject, result: 'not-applicable', why: `${notOfferedBy} does not offer ${evidence}`, notOfferedBy };
}

function judged(check: AnyCheck, subject: Subject, evaluation: unknown, policy: Policy): Judgement {
  if (!isEvaluation(evaluation)) return broken(check, subject, 'the check did not answer with findings');
  if (Array.isArray(evaluation) && evaluation.length === 0) return { check, subject, result: 'pass' };
  if ('notApplicable' in evaluation) return { check, subject, result: 'not-applicable', why: evaluation.notApplicable };
  const foreign = evaluation.find((draft) => !Object.hasOwn(check.rules, draft.rule));
  if (foreign !== undefined) return broken(check, subject, `the check reported a rule that it does not have: ${foreign.rule}`);
  const [draft, ...drafts] = evaluation.filter((finding) => policy.rules.get(finding.rule) !== 'off');
  return draft === undefined ? { check, subject, result: 'pass' } : { check, subject, result: 'fail', drafts: [draft, ...drafts] };
}

function broken(check: AnyCheck, subject: Subject, detail: string): Judgement {
  return { check, subject, result: 'inconclusive', reasons: [{ evidence: 'check', reason: 'check-failed', detail, source: check.id }] };
}

function isEvaluation(value: unknown): value is Evaluation {
  if (Array.isArray(value)) return value.every(isDraft);
  return typeof value === 'object' && value !== null && 'notApplicable' in value && typeof value.notApplicable === 'string';
}

function isDraft(value: unknown): value is FindingDraft {
  return (
    typeof value === 'object' &&
    value !== null &&
    'rule' in value &&
    typeof value.rule === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  );
}
