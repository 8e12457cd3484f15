import { type CacheFolders, isCacheWanted } from './cache.ts';
import { environmentKey } from './environment-key.ts';
import { type Look, isUnchanged } from './looks.ts';
import { openSealedFiles } from './sealed-files.ts';

/** What a run answered, for as long as nothing that it rests on changes. */
export interface RememberedAnswer {
  /** Milliseconds since the epoch: it holds from here, */
  readonly judgedAt: number;
  /** and no longer at this instant. */
  readonly until: number;
  readonly looks: readonly Look[];
  readonly stdout?: string;
  readonly stderr?: string;
}

/** Passes that outlive their run for minutes. What failed or was inconclusive is always judged again. */
export interface RememberedVerdicts {
  /** The answer to this very question, where every file that it was made of is unchanged. */
  readonly recall: (now: number) => RememberedAnswer | undefined;
  readonly remember: (answer: RememberedAnswer) => void;
}

/** Everything that an answer depends on beside files: the tool, its arguments, its folder, its environment and how it prints. */
export interface Question {
  readonly tool: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly isColoured: boolean;
  readonly width: number;
}

/** A report of a hundred thousand packages; a larger one is written again. */
const longestAnswer = 8 * 1024 * 1024;

/** Opens what is remembered of one question. Nothing is parsed for it, so that an unchanged project costs a few hashes. */
export function openVerdicts(folders: CacheFolders, question: Question): RememberedVerdicts {
  if (!isCacheWanted(question.variables)) return { recall: () => undefined, remember: () => undefined };
  const files = openSealedFiles(folders, 'verdicts');
  const name = JSON.stringify({ ...question, variables: environmentKey(question.variables) });
  return {
    recall: (now) => {
      const text = files.read(name);
      if (text === undefined) return undefined;
      const answer = JSON.parse(text) as RememberedAnswer; // our own text: its code has just proven that we wrote it
      return answer.judgedAt <= now && now < answer.until && isUnchanged(answer.looks) ? answer : undefined;
    },
    remember: (answer) => {
      if ((answer.stdout?.length ?? 0) + (answer.stderr?.length ?? 0) <= longestAnswer) files.write(name, JSON.stringify(answer));
    },
  };
}
