import type { AnyCheck } from '../model/check.ts';
import type { SettledResult } from './memory.ts';

/** What the checks came to for a package, one after the other. Most packages are judged in the same way: these share one pattern. */
export interface Pattern {
  /** By check id. */
  readonly results: () => ReadonlyMap<string, SettledResult>;
  /** The pattern of all to whom this happens next; where it is the same value as for others, it is the same pattern. */
  readonly followedBy: (check: AnyCheck, result: SettledResult) => Pattern;
}

/** The pattern of what has not been judged yet. */
export function createPattern(): Pattern {
  return patternOf(undefined);
}

/** The last step of a pattern, and the pattern before it. */
interface Step {
  readonly before: Step | undefined;
  readonly check: AnyCheck;
  readonly result: SettledResult;
}

function patternOf(last: Step | undefined): Pattern {
  const next = new Map<AnyCheck, Map<SettledResult, Pattern>>();
  let results: ReadonlyMap<string, SettledResult> | undefined;
  return {
    results: () => (results ??= resultsUpTo(last)),
    followedBy: (check, result) => {
      const branches = next.get(check) ?? new Map<SettledResult, Pattern>();
      next.set(check, branches);
      const pattern = branches.get(result) ?? patternOf({ before: last, check, result });
      branches.set(result, pattern);
      return pattern;
    },
  };
}

function resultsUpTo(last: Step | undefined): ReadonlyMap<string, SettledResult> {
  const steps: (readonly [string, SettledResult])[] = [];
  for (let step = last; step !== undefined; step = step.before) steps.push([step.check.id, step.result]);
  return new Map(steps.reverse());
}
