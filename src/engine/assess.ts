import { createHash } from 'node:crypto';
import type { Change } from '../model/change.ts';
import type { AnyCheck, CheckContext, DocumentSubject, RuleMeta } from '../model/check.ts';
import type { BomRef, Component } from '../model/component.ts';
import type { Collected } from '../model/evidence.ts';
import type { Finding, FindingDraft, Severity } from '../model/finding.ts';
import { type Inventory, ownComponents } from '../model/inventory.ts';
import type { AgeLimits, PackageFacts } from '../model/package-facts.ts';
import type { AllowlistEntry, Policy } from '../model/policy.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import type { Counts, InconclusiveReason, Outcome, Report } from '../model/report.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import { corroborate } from './corroborate.ts';
import { decide } from './decide.ts';
import { withDeferred } from './deferred.ts';
import type { Judgement } from './evaluate.ts';
import { type FindingWriter, createFindingWriter, subjectLabel, unite } from './findings.ts';
import { type Holding, longestHolding } from './holding.ts';
import { type Tally, judgeAll } from './judge.ts';
import type { JudgementMemory } from './memory.ts';
import { type Plan, thirdParty } from './plan.ts';
import { type CollectorSource, type Recollection, learn, learnBeside } from './recollect.ts';
import { type WaivedFindings, waive, waiverRules } from './waive.ts';

export interface AssessInput {
  readonly inventory: Inventory;
  readonly policy: Policy;
  readonly checks: readonly AnyCheck[];
  /** All of them, or how to load them: where everything is remembered, nobody has to. */
  readonly collectors: CollectorSource;
  readonly registries: RegistryDirectory;
  readonly allowed: (list: string, packageName: string) => AllowlistEntry | undefined;
  readonly siblingLockfiles: readonly string[];
  /** Judge what changed only; absent for everything. */
  readonly changes?: readonly Change[];
  /** The inventory that the changes start from. */
  readonly before?: Inventory;
  readonly documents: readonly DocumentSubject[];
  /** Things to say once in the report. */
  readonly notes: readonly string[];
  readonly now: Milliseconds;
  readonly tool: { readonly name: string; readonly version: string };
  /** What only the evidence of a component can tell and a report says once; asked after everything is collected. */
  readonly notesOf?: (component: Component, collected: Collected) => readonly string[];
  /** What a reader may want to see of a package beside the judgements; it is asked once, after everything is collected. */
  readonly factsOf?: (component: Component, collected: Collected) => PackageFacts;
  readonly ageLimits?: AgeLimits;
  /** Clean judgements of earlier runs with these very settings; a run that judges changes uses none. */
  readonly memory?: JudgementMemory;
  /** The report is to tell until when its verdict holds: no longer than this, when something changes that no evidence tells of. */
  readonly keptUntil?: Milliseconds;
  /** Aborted at the deadline of the run. */
  readonly signal: AbortSignal;
  readonly onProgress: (evidence: string, done: number, total: number) => void;
}

/** Inventory in, report out: plan, collect, evaluate, corroborate, waive, decide. Never throws for what the world does. */
export async function assess(input: AssessInput): Promise<Report> {
  const { inventory, policy } = input;
  const context = contextOf(input);
  const learned =
    input.memory === undefined || input.changes !== undefined
      ? await learn(input)
      : await learnBeside(input.memory, input, context.isDirect);
  const { work, collected, holding, recollection } = learned;
  const shown = createShown(input, collected, recollection);
  const judged = judgeAll({ ...learned, context, policy, ...shown });
  const writer = createFindingWriter(inventory, policy);
  const { verdict, counts, findings, finalOf } = concludeFrom(judged, work, writer, input);
  const verdictAt = (now: Milliseconds): Report['verdict'] => concludeFrom(judged.at(now), work, writer, { ...input, now }).verdict;
  const until = holdsUntil(input, holding, recollection);
  const outcomes = (): readonly Outcome[] => [
    ...judged.all().map((judgement) => outcomeOf(judgement, finalOf, writer, policy, inventory)),
    ...[waiverOutcome(findings, policy)].filter(({ result }) => result !== 'pass'),
  ];
  const packages = (): NonNullable<Report['packages']> => packagesOf(inventory, shown.factsOf);
  const report = {
    verdict,
    counts,
    findings,
    ...(input.changes === undefined ? {} : { changes: input.changes }),
    notes: [...input.notes, ...evidenceNotes(inventory, shown.notesOf), ...[...judged.notOffered].sort()],
    origin: inventory.origin,
    inventory,
    rules: rulesOf(findings, work.checks),
    ...(input.ageLimits === undefined ? {} : { ageLimits: input.ageLimits }),
    project: { name: inventory.root.name, version: inventory.root.version },
    policyDigest: policy.digest,
    ...(policy.path === undefined ? {} : { policyPath: policy.path }),
    tool: input.tool,
    now: input.now,
    // What ages otherwise than well (a permission that ends) is seen from the other end of that time.
    ...(until !== undefined && verdictAt(until) === verdict ? { holdsUntil: until } : {}),
  };
  return withDeferred<typeof report, Pick<Report, 'outcomes' | 'packages'>>(
    report,
    input.factsOf === undefined ? { outcomes } : { outcomes, packages },
  );
}

/** What the judgements of one moment amount to. */
interface Conclusion extends Pick<Report, 'verdict' | 'counts' | 'findings'> {
  /** A written finding as it stands in the report: its level, and the permission that covers it. */
  readonly finalOf: (written: Finding) => Finding;
}

function concludeFrom(tally: Tally, work: Plan, writer: FindingWriter, input: AssessInput): Conclusion {
  const { inventory, policy } = input;
  const expected = work.checks.reduce((sum, check) => sum + work.subjectsOf(check).length, 0) + 1;
  const drafted = tally.decisive.flatMap((judgement) =>
    judgement.result === 'fail' ? judgement.drafts.map((draft) => writer.write(judgement.check, judgement.subject, draft)) : [],
  );
  // Each copy needs its own permission: they are united afterwards.
  const waived = waive(corroborate(drafted, work.checks, policy), {
    ...input,
    checks: work.checks,
    isComplete: input.changes === undefined,
  });
  const findings = unite([...waived.findings, ...waiverFindings(waived, policy)]);
  // By fingerprint: a hostile lockfile has as many findings as it has entries.
  const known = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const finalOf = (written: Finding): Finding => known.get(written.fingerprint) ?? written;
  const decisive = [
    ...tally.decisive.map((judgement) => outcomeOf(judgement, finalOf, writer, policy, inventory)),
    waiverOutcome(findings, policy),
  ];
  const counts = countOf(decisive, findings, {
    ...tally,
    expected,
    components: thirdParty(inventory).length,
    checks: work.checks.length,
  });
  return { verdict: decide(counts, decisive, findings), counts, findings, finalOf };
}

/** What a report shows of a component beside the judgements: from the evidence, or from what is remembered of it. */
interface Shown {
  readonly factsOf: (component: Component) => PackageFacts | undefined;
  readonly notesOf: (component: Component) => readonly string[];
}

function createShown({ factsOf, notesOf }: AssessInput, collected: Collected, recollection: Recollection | undefined): Shown {
  return {
    factsOf: (component) => recollection?.copyOf(component)?.facts ?? factsOf?.(component, collected),
    notesOf: (component) => recollection?.copyOf(component)?.notes ?? notesOf?.(component, collected) ?? [],
  };
}

function packagesOf({ components }: Inventory, factsOf: Shown['factsOf']): NonNullable<Report['packages']> {
  return new Map([...components].map(([ref, component]) => [ref, factsOf(component) ?? {}]));
}

function evidenceNotes({ components }: Inventory, notesOf: Shown['notesOf']): readonly string[] {
  return [...new Set([...components.values()].flatMap(notesOf))].sort();
}

/** Until when everything that this run learned holds, where that is asked; undefined where any of it does not. */
function holdsUntil(input: AssessInput, holding: Holding, recollection: Recollection | undefined): Milliseconds | undefined {
  if (input.keptUntil === undefined || input.changes !== undefined) return undefined;
  let until = Math.min(input.keptUntil, input.now + longestHolding);
  for (const component of thirdParty(input.inventory))
    until = Math.min(until, recollection?.recalledUntil(component) ?? holding.until(component) ?? -Infinity);
  return input.now < until ? milliseconds(until) : undefined;
}

/** The rules behind these findings, in the order of their ids. */
function rulesOf(findings: readonly Finding[], checks: readonly AnyCheck[]): ReadonlyMap<string, RuleMeta> {
  const found = new Set<string>(findings.map((finding) => finding.rule));
  const all = [...checks.flatMap((check) => Object.entries(check.rules)), ...Object.entries(waiverRules)];
  return new Map(all.filter(([id]) => found.has(id)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function contextOf(input: AssessInput): CheckContext {
  const direct = directRefs(input.inventory);
  return {
    now: input.now,
    inventory: input.inventory,
    ...(input.before === undefined ? {} : { before: input.before }),
    registries: input.registries,
    isDirect: (component: Component) => direct.has(component.bomRef),
    siblingLockfiles: input.siblingLockfiles,
    allowed: input.allowed,
    trusted: input.policy.trusted ?? [],
    option: (check, name) => new Map(Object.entries(input.policy.options.get(check) ?? {})).get(name),
  };
}

/** What the root and the workspace members ask for themselves. */
function directRefs(inventory: Inventory): ReadonlySet<BomRef> {
  return new Set(ownComponents(inventory).flatMap((component) => (inventory.edges.get(component.bomRef) ?? []).map((edge) => edge.to)));
}

function waiverFindings(waived: WaivedFindings, policy: Policy): readonly Finding[] {
  return waived.drafts.flatMap((draft) => {
    const level = policy.rules.get(draft.rule);
    if (level === 'off' && draft.rule !== 'waiver/refused') return [];
    const severity: Severity = level === undefined || level === 'off' ? severityOfWaiverRule(draft.rule) : level;
    return [
      {
        rule: draft.rule,
        severity,
        subject: { kind: 'document', label: draft.locations[0].file },
        message: draft.message,
        facts: draft.facts ?? [],
        counterFacts: [],
        help: draft.help ?? [],
        locations: draft.locations,
        path: [],
        fingerprint: createHash('sha256')
          .update(JSON.stringify([draft.rule, draft.key ?? '']))
          .digest('hex')
          .slice(0, 32),
        levelReasons: [],
      } satisfies Finding,
    ];
  });
}

function severityOfWaiverRule(rule: string): Severity {
  return Object.entries(waiverRules).find(([id]) => id === rule)?.[1].severity ?? 'error';
}

function waiverOutcome(findings: readonly Finding[], policy: Policy): Outcome {
  const subject = policy.path ?? 'built-in policy';
  if (policy.waivers.length === 0 && policy.baseline === undefined)
    return { check: 'waiver', subject, result: 'not-applicable', why: 'the policy holds no waiver' };
  const [first, ...rest] = findings.filter((finding) => Object.hasOwn(waiverRules, finding.rule));
  return first === undefined
    ? { check: 'waiver', subject, result: 'pass' }
    : { check: 'waiver', subject, result: 'fail', findings: [first, ...rest] };
}

function outcomeOf(
  judgement: Judgement,
  finalOf: (written: Finding) => Finding,
  writer: ReturnType<typeof createFindingWriter>,
  policy: Policy,
  inventory: Inventory,
): Outcome {
  // Written out: there are tens of thousands of them.
  const check = judgement.check.id;
  const subject = subjectLabel(judgement.subject, inventory);
  switch (judgement.result) {
    case 'pass':
      return { check, subject, result: 'pass' };
    case 'not-applicable':
      return { check, subject, result: 'not-applicable', why: judgement.why };
    case 'inconclusive':
      return {
        check,
        subject,
        result: 'inconclusive',
        reasons: judgement.reasons,
        isAccepted: judgement.reasons.every((reason) => isAccepted(reason, judgement.check, policy)),
      };
    case 'fail': {
      const final = (draft: FindingDraft): Finding => finalOf(writer.write(judgement.check, judgement.subject, draft));
      const [first, ...rest] = judgement.drafts;
      return { check, subject, result: 'fail', findings: [final(first), ...rest.map(final)] };
    }
  }
}

/** A check that broke is our bug or a hostile value: no policy accepts that. */
function isAccepted(reason: InconclusiveReason, check: AnyCheck, policy: Policy): boolean {
  if (reason.evidence === 'check') return false;
  return policy.accepted.some(
    (accepted) =>
      (accepted.check === '*' || accepted.check === check.id) && (accepted.registry === '*' || accepted.registry === reason.source),
  );
}

function countOf(
  outcomes: readonly Outcome[],
  findings: readonly Finding[],
  totals: Pick<Tally, 'passes' | 'notApplicable'> & Pick<Counts, 'expected' | 'components' | 'checks'>,
): Counts {
  const results = { pass: totals.passes, fail: 0, inconclusive: 0, 'not-applicable': totals.notApplicable };
  for (const outcome of outcomes) results[outcome.result] += 1;
  const unwaived = findings.filter((finding) => finding.waiver === undefined);
  const ofSeverity = (severity: Severity): number => unwaived.filter((finding) => finding.severity === severity).length;
  return {
    components: totals.components,
    checks: totals.checks,
    expected: totals.expected,
    pass: results.pass,
    fail: results.fail,
    inconclusive: results.inconclusive,
    notApplicable: results['not-applicable'],
    errors: ofSeverity('error'),
    warnings: ofSeverity('warning'),
    notes: ofSeverity('note'),
    waived: findings.length - unwaived.length,
  };
}
