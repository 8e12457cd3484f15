import type { Finding } from '../model/finding.ts';

/** What the firewall decided about one version, or about a name that nobody publishes. */
export interface Decision {
  readonly name: string;
  /** Exact, or as it was asked for where the registry does not know it; empty where the whole name is meant. */
  readonly version: string;
  readonly action: DecidedAction;
  /** Why: the unwaived errors of a refusal; of an allowed version its warnings and notes. */
  readonly findings: readonly Finding[];
  /** The same in words, one sentence each; what could not be verified, too. Never empty unless it is allowed. */
  readonly reasons: readonly string[];
}

export type DecidedAction =
  /** Its bytes were judged, and were sent or may be. */
  | 'allowed'
  /** Taken out of the registry's document: a client resolves to another version. */
  | 'hidden'
  /** Asked for by its exact version, and refused. */
  | 'refused'
  /** Asked for, and nothing proves it acceptable: refused, too. */
  | 'unverified'
  /** The registry does not know it. */
  | 'not-found';
