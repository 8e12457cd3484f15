import type { Milliseconds } from './units.ts';

/** How bad, in the words that npm and GitHub use. `unrated`: the record does not say. */
export type AdvisorySeverity = 'critical' | 'high' | 'moderate' | 'low' | 'unrated';

/** One advisory that hits one version of a package. */
export interface Advisory {
  /** The database's own id: `GHSA-...`, `MAL-...`. */
  readonly id: string;
  /** Other names of the same thing, e.g. the CVE. */
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly severity: AdvisorySeverity;
  /** CVSS base score, 0 to 10. */
  readonly score?: number;
  /** Versions above the one it hits that the advisory names as fixed, ascending. */
  readonly fixedVersions: readonly string[];
  /** The last version that it hits, where it names that instead of a fix. */
  readonly lastAffected?: string;
  readonly url: string;
  /** The package is hostile itself, not merely flawed. */
  readonly isMalware: boolean;
  /** Which registry or database said so. */
  readonly source: string;
}

/** The advisories that this user imported, as a run finds them. */
export type AdvisoryDatabase =
  | { readonly state: 'absent' }
  /** It is there and proves nothing: torn, edited, or written under another user's key. */
  | { readonly state: 'damaged'; readonly why: string }
  | {
      readonly state: 'open';
      readonly importedAt: Milliseconds;
      /** The newest change in it, never later than the import: what its age is counted from. */
      readonly dataOf: Milliseconds;
      /** What was stored for a name, each text as it was given; undefined where the bytes are not the ones that were written. */
      readonly find: (name: string) => readonly string[] | undefined;
    };
