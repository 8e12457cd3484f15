/** One repository as the configuration names it. Plain data: a job carries it to whoever does the work. */
export interface RepositorySource {
  /** Unique in its audit. */
  readonly name: string;
  readonly tags: readonly string[];
  /** A folder of this machine (a working tree, a bare repository, or no repository at all), absolute, or a URL that git fetches. */
  readonly at: { readonly path: string } | { readonly url: string };
  /** A branch, tag or commit; absent: the files as they are in a working tree, else the default branch. */
  readonly revision?: string;
  /** Folders inside it, posix separators, whose lockfiles are none of its own: fixtures, examples. */
  readonly ignore?: readonly string[];
  /** The policy that takes the place of the repository's own: its text, and what reports call it. */
  readonly policy?: RepositoryPolicy;
  /** The policy of a repository that has none of its own. */
  readonly fallbackPolicy?: RepositoryPolicy;
}

/** A policy file's text, and that of the file that it extends. */
export interface RepositoryPolicy {
  readonly text: string;
  readonly path: string;
  readonly extended?: { readonly text: string; readonly path: string };
}
