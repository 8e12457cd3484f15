import type { BomRef, Location, Purl } from './component.ts';
import type { Waiver } from './policy.ts';
import type { RuleId, Severity } from './rule.ts';

export type { RuleId, Severity };

/** Independent kinds of evidence: two of them that agree raise a level. */
export type EvidenceFamily = 'name' | 'freshness' | 'identity' | 'install-time' | 'content' | 'source' | 'known-bad' | 'licence' | 'policy';

/** One observed fact behind a finding, or against it. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Where it was learned, e.g. `registry`, `lockfile`, `policy`. */
  readonly source: string;
}

/** What a check says is wrong. Words only where a fact needs them; the engine adds subject, place, path and fingerprint. */
export interface FindingDraft {
  readonly rule: RuleId;
  /** Tells several findings of one rule about one subject apart; part of the fingerprint. */
  readonly key?: string;
  /** Lower than the rule's default where the evidence is weaker; a policy setting still wins. */
  readonly severity?: Severity;
  /** What is wrong, one sentence, no full stop: `left-pad@1.3.1 was published 14 hours ago`. */
  readonly message: string;
  readonly facts?: readonly Fact[];
  /** What speaks against it. Any one lowers the level by one, unless the rule is absolute. */
  readonly counterFacts?: readonly Fact[];
  /** What to do about it, one sentence each, most useful first. */
  readonly help?: readonly string[];
  /** Further places; the subject's own location comes first by itself. */
  readonly locations?: readonly Location[];
  /** The place in the policy that decided, e.g. the option `release-age.error-below`. */
  readonly policyKey?: string;
  /** When this finding will pass by itself. Milliseconds since the epoch. */
  readonly passesAt?: number;
  /** Another version of the same package that does not have what was found, as far as the check knows. */
  readonly fixVersion?: string;
}

/** Who or what a finding is about. */
export interface FindingSubject {
  readonly kind: 'component' | 'change' | 'inventory' | 'document';
  /** `name@version`, a file path, or the lockfile's path. */
  readonly label: string;
  readonly name?: string;
  readonly version?: string;
  readonly purl?: Purl;
  readonly bomRef?: BomRef;
}

/** One thing that is wrong, with its evidence: data, rendered by reporters. */
export interface Finding {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly subject: FindingSubject;
  readonly message: string;
  readonly facts: readonly Fact[];
  readonly counterFacts: readonly Fact[];
  readonly help: readonly string[];
  readonly locations: readonly Location[];
  /** Shortest way from the root, as `name@version` labels, root first; empty for other subjects. */
  readonly path: readonly string[];
  /** The line of the policy that decided; absent for a built-in default. */
  readonly policy?: PolicyReference;
  /** Stable across runs and lines: hash over rule, subject and what was found. */
  readonly fingerprint: string;
  /** The waiver that covers it. A waived finding stays in the report and does not decide. */
  readonly waiver?: Waiver;
  /** Why the level differs from the rule's own: corroborated, lowered. */
  readonly levelReasons: readonly string[];
  readonly passesAt?: number;
  /** Another version of the same package that does not have what was found, as far as the check knows. */
  readonly fixVersion?: string;
}

export interface PolicyReference {
  readonly key: string;
  readonly value: string;
  readonly location?: Location;
}
