import type { AnyCheck, CheckContext, Evaluation, Subject } from '../model/check.ts';
import type { Collected, EvidenceKey } from '../model/evidence.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { Policy } from '../model/policy.ts';
import type { InconclusiveReason } from '../model/report.ts';
import { componentOf } from './plan.ts';

/** The raw result of one check for one subject, before findings get their place, level and waiver. */
export type Judgement = { readonly check: AnyCheck; readonly subject: Subject } & (
  | { readonly result: 'pass' }
  | { readonly result: 'fail'; readonly drafts: readonly [FindingDraft, ...FindingDraft[]] }
  | { readonly result: 'inconclusive'; readonly reasons: readonly [InconclusiveReason, ...InconclusiveReason[]] }
  | { readonly result: 'not-applicable'; readonly why: string; readonly notOfferedBy?: string }
);

/**
 * Judges one subject. The check is called only when everything that it needs is known; otherwise the engine answers
 * for it. A check that throws, or answers with anything but findings, is inconclusive: it has proven nothing.
 * @param shown the subject as the check is to see it, where that is not the subject itself
 */
export function evaluate(
  check: AnyCheck,
  subject: Subject,
  collected: Collected,
  context: CheckContext,
  policy: Policy,
  shown: Subject = subject,
): Judgement {
  const needs = gather(check.needs, subject, collected);
  if (needs.missing !== undefined) return { check, subject, result: 'not-applicable', why: needs.missing };
  if (needs.notOffered !== undefined) {
    return {
      check,
      subject,
      result: 'not-applicable',
      why: `${needs.notOffered.by} does not offer ${needs.notOffered.evidence}`,
      notOfferedBy: needs.notOffered.by,
    };
  }
  const [reason, ...reasons] = needs.reasons;
  if (reason !== undefined) return { check, subject, result: 'inconclusive', reasons: [reason, ...reasons] };
  const answer = call(check, {
    subject: shown,
    known: needs.known,
    used: gatherUsed(check.uses, subject, collected),
    options: policy.options.get(check.id) ?? check.options.defaults,
    context,
  });
  return judge(check, subject, answer, policy);
}

interface Gathered {
  readonly known: Readonly<Record<string, unknown>>;
  readonly reasons: readonly InconclusiveReason[];
  readonly missing?: string;
  readonly notOffered?: { readonly by: string; readonly evidence: string };
}

function gather(keys: Readonly<Record<string, EvidenceKey<unknown>>>, subject: Subject, collected: Collected): Gathered {
  const known: Record<string, unknown> = {};
  const reasons: InconclusiveReason[] = [];
  const component = componentOf(subject);
  for (const [name, key] of entriesOf(keys)) {
    const id = component === undefined ? undefined : key.subjectOf(component);
    if (id === undefined) return { known, reasons, missing: `${component?.source.type ?? subject.kind} has no ${key.id}` };
    const observation = collected.get(key, id);
    if (observation === undefined) {
      reasons.push({ evidence: key.id, reason: 'not-collected', detail: `nothing collects ${key.id} in this run`, source: key.id });
    } else if (observation.state === 'known') {
      known[name] = observation.value;
    } else if (observation.state === 'not-offered') {
      return { known, reasons, notOffered: { by: observation.by, evidence: key.id } };
    } else {
      reasons.push({ evidence: key.id, reason: observation.reason, detail: observation.detail, source: observation.source ?? key.id });
    }
  }
  return { known, reasons };
}

/** A check's keys are the same for all of its subjects, thousands of them. */
const entries = new WeakMap<Readonly<Record<string, EvidenceKey<unknown>>>, readonly (readonly [string, EvidenceKey<unknown>])[]>();

function entriesOf(keys: Readonly<Record<string, EvidenceKey<unknown>>>): readonly (readonly [string, EvidenceKey<unknown>])[] {
  const known = entries.get(keys);
  if (known !== undefined) return known;
  const listed = Object.entries(keys);
  entries.set(keys, listed);
  return listed;
}

/** What merely strengthens or weakens a case: each piece for itself, so that one that nobody offers does not hide another. */
function gatherUsed(
  keys: Readonly<Record<string, EvidenceKey<unknown>>>,
  subject: Subject,
  collected: Collected,
): Readonly<Record<string, unknown>> {
  const known: Record<string, unknown> = {};
  const component = componentOf(subject);
  for (const [name, key] of entriesOf(keys)) {
    const id = component === undefined ? undefined : key.subjectOf(component);
    const observation = id === undefined ? undefined : collected.get(key, id);
    if (observation?.state === 'known') known[name] = observation.value;
  }
  return known;
}

/** Either what the check answered, or the reason why it did not. */
function call(check: AnyCheck, input: unknown): { readonly evaluation: unknown } | { readonly broke: string } {
  try {
    // Its evidence was proven by shape and its options by schema: this is the input that the check declared.
    return { evaluation: check.evaluate(input as never) };
  } catch (error) {
    return { broke: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

function judge(check: AnyCheck, subject: Subject, answer: ReturnType<typeof call>, policy: Policy): Judgement {
  if ('broke' in answer) return broken(check, subject, `the check failed on it: ${answer.broke}`);
  if (!isEvaluation(answer.evaluation)) return broken(check, subject, 'the check did not answer with findings');
  if (Array.isArray(answer.evaluation) && answer.evaluation.length === 0) return { check, subject, result: 'pass' };
  if ('notApplicable' in answer.evaluation) return { check, subject, result: 'not-applicable', why: answer.evaluation.notApplicable };
  const foreign = answer.evaluation.find((draft) => !Object.hasOwn(check.rules, draft.rule));
  if (foreign !== undefined) return broken(check, subject, `the check reported a rule that it does not have: ${foreign.rule}`);
  const [draft, ...drafts] = answer.evaluation.filter((finding) => policy.rules.get(finding.rule) !== 'off');
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
