import type { Location } from './component.ts';
import type { RuleId, Severity } from './rule.ts';
import type { NamedKey, RegistryFeature, RegistryOffer } from './registry.ts';
import type { TrustedParty } from './trusted-party.ts';
import type { Milliseconds } from './units.ts';

export type RuleLevel = 'off' | Severity;

/** A person's written permission: one rule, one package, for a limited time. */
export interface Waiver {
  readonly rule: RuleId;
  /** Exact package name; a glob is refused outside the project's own scopes. */
  readonly package: string;
  /** semver range; exact for age rules. */
  readonly versions: string;
  readonly integrity?: string;
  /** The waiver holds only for this way from the root, e.g. `app>mid`. */
  readonly path?: string;
  readonly reason: string;
  readonly owner: string;
  readonly ticket?: string;
  readonly created?: Milliseconds;
  /** The first instant at which it no longer holds. */
  readonly expires: Milliseconds;
  readonly location: Location;
}

/** Missing evidence that the policy knowingly accepts. */
export interface AcceptedInconclusive {
  /** The check's id, or `*`. */
  readonly check: string;
  /** The registry host or `*`. */
  readonly registry: string;
  readonly reason: string;
  readonly location: Location;
}

/** A registry that the policy describes: its other names, and what it must offer. */
export interface PolicyRegistry {
  readonly url: string;
  readonly aliases: readonly string[];
  readonly offers: Readonly<Partial<Record<RegistryFeature, RegistryOffer>>>;
  /** Keys that sign its versions; absent where the policy names none. */
  readonly keys?: readonly NamedKey[];
  readonly requiresSignatures?: true;
  readonly location: Location;
}

/** One permission that ships with the tool or comes from the policy: data with its reason. */
export interface AllowlistEntry {
  /** Exact name or `@scope/*`. */
  readonly package: string;
  readonly reason: string;
  /** Where the entry stands: a shipped list with its date, or a line of the policy. */
  readonly source: string;
  /** For install scripts: the exact commands that are allowed; absent means any. */
  readonly scripts?: readonly string[];
}

/** The findings of one day that a team has decided to work off: dated, and shrinking only. */
export interface Baseline {
  readonly created: Milliseconds;
  readonly expires: Milliseconds;
  readonly path: string;
  /** By fingerprint. */
  readonly entries: ReadonlyMap<string, { readonly rule: string; readonly subject: string; readonly location: Location }>;
}

/** The effective policy: what the file says over the built-in defaults, with the place each value came from. */
export interface Policy {
  /** Levels that the file sets; a rule that is missing keeps its own default. */
  readonly rules: ReadonlyMap<RuleId, RuleLevel>;
  /** Options per check id, already validated and completed by the check's own schema. */
  readonly options: ReadonlyMap<string, unknown>;
  readonly waivers: readonly Waiver[];
  readonly accepted: readonly AcceptedInconclusive[];
  readonly registries: readonly PolicyRegistry[];
  /** Own people; absent for none. */
  readonly trusted?: readonly TrustedParty[];
  /** Entries that the policy adds to the shipped lists, by list name. */
  readonly allowlists: ReadonlyMap<string, readonly AllowlistEntry[]>;
  /** Where a value was set, by key such as `rules.release-age/too-new` or `release-age.error-below`. */
  readonly positions: ReadonlyMap<string, Location>;
  /** What stands there, as a reader would write it, by the same keys; defaults included. */
  readonly values: ReadonlyMap<string, string>;
  readonly baseline?: Baseline;
  /** Path of the file, or undefined for the built-in defaults. */
  readonly path?: string;
  /** SHA-256 over the effective policy, hexadecimal. */
  readonly digest: string;
}
