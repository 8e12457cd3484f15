/** What one part of the corpus came to. */
export interface PartResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** What to print, one line each. */
  readonly lines: readonly string[];
  /** Everything that was found, for `--json`. */
  readonly details: unknown;
}

export interface PartOptions {
  /** The folder with the corpus' shape. */
  readonly directory: string;
}

/** What a module `scripts/corpus/<part>.ts` exports as `run`. */
export type RunPart = (options: PartOptions) => Promise<PartResult>;
