import type { Change } from './change.ts';
import type { Component } from './component.ts';
import type { EvidenceMap, KnownEvidence, UsedEvidence } from './evidence.ts';
import type { EvidenceFamily, FindingDraft, RuleId, Severity } from './finding.ts';
import type { Inventory } from './inventory.ts';
import type { AllowlistEntry } from './policy.ts';
import type { RegistryDirectory } from './registry.ts';
import type { TrustedParty } from './trusted-party.ts';
import type { Milliseconds } from './units.ts';

/** What a rule is, for `explain`, the README's table and every report. */
export interface RuleMeta {
  readonly severity: Severity;
  /** One line for the table: what the rule refuses. */
  readonly summary: string;
  /** Why it matters, a short paragraph. */
  readonly why: string;
  /** What to do, a short paragraph. */
  readonly fix: string;
  /** The real incident that it would have met, where there is one. */
  readonly incident?: string;
  readonly family: EvidenceFamily;
  /** Corroboration never lowers it and no waiver lifts it. */
  readonly isAbsolute?: true;
}

/** What a check judges. */
export type Subject =
  | { readonly kind: 'component'; readonly component: Component }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'inventory' }
  | DocumentSubject;

/** A file that decides how dependencies are judged or installed, in two states: absent on one side when it came or went. */
export interface DocumentSubject {
  readonly kind: 'document';
  readonly path: string;
  /** Undefined where only one state is judged, or where the file is new. */
  readonly before?: string;
  readonly after?: string;
  /** Whether there is an earlier state to compare with. */
  readonly isCompared: boolean;
  /** It is a policy, whatever its name is. */
  readonly isPolicy?: true;
  /** It holds another tool's results as SARIF. */
  readonly sarif?: {
    /** Whether one of these lines of a file (both included) belongs to the change; absent where everything counts. */
    readonly isInChange?: (file: string, from: number, to: number) => boolean;
  };
}

/** Facts of the run that every check may read. */
export interface CheckContext {
  readonly now: Milliseconds;
  readonly inventory: Inventory;
  /** The inventory that a change started from; absent where the whole is judged. */
  readonly before?: Inventory;
  readonly registries: RegistryDirectory;
  /** Is this component declared by a manifest of this repository, and not only by other packages. */
  readonly isDirect: (component: Component) => boolean;
  /** Other lockfiles in the same folder. */
  readonly siblingLockfiles: readonly string[];
  /** An option of another check, as the policy has it: for checks that compare settings with it. */
  readonly option: (check: string, name: string) => unknown;
  /** The entry of a list under `allowlists/`, or of the policy's own, that covers a package. */
  readonly allowed: (list: string, packageName: string) => AllowlistEntry | undefined;
  /** Own people, as the policy names them. */
  readonly trusted?: readonly TrustedParty[];
}

/** What `evaluate` answers: findings, an empty list for a pass, or why the check does not apply. */
export type Evaluation = readonly FindingDraft[] | { readonly notApplicable: string };

export interface CheckInput<SubjectKind extends Subject['kind'], Needs extends EvidenceMap, Uses extends EvidenceMap, Options> {
  readonly subject: Extract<Subject, { kind: SubjectKind }>;
  readonly known: KnownEvidence<Needs>;
  readonly used: UsedEvidence<Uses>;
  readonly options: Options;
  readonly context: CheckContext;
}

/** A check's options: what holds without a policy, and what a policy may set. */
export interface OptionsSchema<Options> {
  readonly defaults: Options;
  /** One entry per option, for validation, editor completion and documentation. Keys are the names in the policy. */
  readonly properties: Readonly<Record<string, JsonSchema>>;
}

/**
 * The subset of JSON Schema (draft 2020-12) that policy options use. `format: 'duration'` is a string such as `24h` or `7d`
 * and arrives in the options as milliseconds.
 */
export interface JsonSchema {
  readonly description?: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  /** The default as a policy would write it; must read as the same value as the check's `defaults`. */
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly format?: 'duration' | 'date' | 'semver-range' | 'uri' | 'package-pattern';
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  /** What the keywords cannot say about a text: why it is refused. Not part of the written schema. */
  readonly prove?: (text: string) => { readonly message: string; readonly hint?: string } | undefined;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** The shape of values under free keys; without it unknown keys are refused. */
  readonly additionalProperties?: JsonSchema;
}

/**
 * One check: pure, synchronous, one file. The engine calls `evaluate` only when everything under `needs` is known;
 * otherwise it records `inconclusive` itself.
 */
export interface Check<
  SubjectKind extends Subject['kind'] = Subject['kind'],
  Needs extends EvidenceMap = EvidenceMap,
  Uses extends EvidenceMap = EvidenceMap,
  Options = unknown,
> {
  readonly id: string;
  readonly rules: Readonly<Record<RuleId, RuleMeta>>;
  readonly scope: SubjectKind;
  /** Judged on packages that a change does not touch, too: known malware. */
  readonly isJudgedOnUnchanged?: true;
  readonly options: OptionsSchema<Options>;
  readonly needs: Needs;
  readonly uses: Uses;
  readonly evaluate: (input: CheckInput<SubjectKind, Needs, Uses, Options>) => Evaluation;
}

/** Declares a check; infers the types of its evidence and options. */
export function defineCheck<SubjectKind extends Subject['kind'], Needs extends EvidenceMap, Uses extends EvidenceMap, Options>(
  check: Check<SubjectKind, Needs, Uses, Options>,
): Check<SubjectKind, Needs, Uses, Options> {
  return check;
}

/** A check whose evidence and option types are erased, as the engine holds many of them. */
// `any` cannot be avoided by variance alone: the engine proves every value by shape before it calls `evaluate`.
export type AnyCheck = Omit<Check, 'evaluate' | 'options'> & {
  readonly options: OptionsSchema<unknown>;
  readonly evaluate: (input: never) => Evaluation;
};
