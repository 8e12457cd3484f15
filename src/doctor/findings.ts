/** Where bytes of a canary were found after an install. `cache`: in a store or cache of the client only, not in the project. */
export type Landing = 'no' | 'cache' | 'project';

/** What one install came to. */
export interface Trial {
  /** `npm 11.2.0`. */
  readonly client: string;
  /** `none`: the client as it is, to see that the canary sings. */
  readonly frontEnd: 'none' | 'exec' | 'hook';
  readonly canary: string;
  readonly expects: 'refused' | 'let-in';
  readonly exitCode: number;
  readonly hasRun: boolean;
  readonly landed: Landing;
  /** Milliseconds. */
  readonly took: number;
  /** Last lines of what the client said. */
  readonly said: string;
}

/**
 * `held`: as it must be. `as documented`: files came in where the hook of that client stops code alone. `leaked`: code ran, bytes landed
 * or the install went through. `refused`: an honest package was stopped, or nothing works at all. `control`: no gate was in the way.
 */
export type TrialVerdict = 'held' | 'as documented' | 'leaked' | 'refused' | 'control';

/** What a hook promises about files: bytes in the client's cache, in the project, or nowhere. */
export type FilePromise = Landing;

/** Whether a trial went as is promised: `leaked` for anything that ran, came through with exit code 0, or landed further than the promise. */
export function judgeTrial(trial: Trial, promise: FilePromise): TrialVerdict {
  const { frontEnd, expects, exitCode, hasRun, landed } = trial;
  if (frontEnd === 'none') return 'control';
  if (expects === 'let-in') return exitCode === 0 && landed === 'project' ? 'held' : 'refused';
  if (hasRun || exitCode === 0) return 'leaked';
  if (landed === 'no') return 'held';
  const allowed: readonly Landing[] = promise === 'project' ? ['cache', 'project'] : promise === 'cache' ? ['cache'] : [];
  return allowed.includes(landed) ? 'as documented' : 'leaked';
}

/** A table for people. */
export function renderTrials(rows: readonly (Trial & { readonly verdict: TrialVerdict })[]): string {
  const cells = [
    ['client', 'gate', 'canary', 'code ran', 'landed', 'exit', 'verdict'],
    ...rows.map((row) => [row.client, row.frontEnd, row.canary, row.hasRun ? 'YES' : 'no', row.landed, String(row.exitCode), row.verdict]),
  ];
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  return cells
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
