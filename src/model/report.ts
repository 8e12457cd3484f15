import type { Change } from './change.ts';
import type { RuleMeta } from './check.ts';
import type { BomRef } from './component.ts';
import type { Finding } from './finding.ts';
import type { Inventory, InventoryOrigin } from './inventory.ts';
import type { AgeLimits, PackageFacts } from './package-facts.ts';
import type { Milliseconds } from './units.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** Why a check could not decide about one subject. */
export interface InconclusiveReason {
  /** The evidence key that was missing, or `check` for a check that broke. */
  readonly evidence: string;
  /** A machine word, e.g. `timeout`, `offline`, `not-offered`, `malformed`. */
  readonly reason: string;
  readonly detail: string;
  /** The registry host or feed that did not answer, where there is one: the group that a report says once. */
  readonly source: string;
}

/** The one result of one check for one subject. */
export type Outcome = { readonly check: string; readonly subject: string } & (
  | { readonly result: 'pass' }
  | { readonly result: 'fail'; readonly findings: readonly [Finding, ...Finding[]] }
  | {
      readonly result: 'inconclusive';
      readonly reasons: readonly [InconclusiveReason, ...InconclusiveReason[]];
      readonly isAccepted: boolean;
    }
  | { readonly result: 'not-applicable'; readonly why: string }
);

export interface Counts {
  /** Third-party components, one per installed copy. */
  readonly components: number;
  readonly checks: number;
  /** checks x subjects, and what they came to; the four add up to `expected` or the verdict is not a pass. */
  readonly expected: number;
  readonly pass: number;
  readonly fail: number;
  readonly inconclusive: number;
  readonly notApplicable: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly waived: number;
}

/** Everything that a reporter may render. Computed once; the verdict is in it and cannot be changed by rendering. */
export interface Report {
  readonly verdict: Verdict;
  readonly counts: Counts;
  /** Passes are tallied in `counts` only; the other outcomes are kept. */
  readonly outcomes: readonly Outcome[];
  /** All findings of all outcomes, sorted: severity, rule, subject. */
  readonly findings: readonly Finding[];
  readonly changes?: readonly Change[];
  /** Things a reader should know that are nobody's fault, said once: tarballs not read, lockfiles further down. */
  readonly notes: readonly string[];
  readonly origin: InventoryOrigin;
  /** What was judged, for formats that show the whole graph. */
  readonly inventory?: Inventory;
  /** What the rules of the findings are, by rule id. */
  readonly rules?: ReadonlyMap<string, RuleMeta>;
  /** What was learned about each package, for formats that show more than findings. */
  readonly packages?: ReadonlyMap<BomRef, PackageFacts>;
  readonly ageLimits?: AgeLimits;
  readonly project: { readonly name: string; readonly version: string };
  readonly policyDigest: string;
  readonly policyPath?: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly now: Milliseconds;
  /** Until when everything that this verdict rests on holds without being asked for again; absent where it does not beyond this moment. */
  readonly holdsUntil?: Milliseconds;
}
