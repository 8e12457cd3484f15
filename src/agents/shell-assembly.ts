import {
  type HereDocument,
  type OpenCommand,
  type OpenWord,
  type ShellCommand,
  type ShellStep,
  emptyCommand,
  finished,
  takeWord,
} from './shell-command.ts';

/** A place that ends with its own mark, and the command around it that goes on afterwards. */
export interface Frame {
  readonly type: 'list' | 'double' | 'brace' | 'arithmetic';
  readonly end: string;
  /** What was being read when it began; given back at its end. */
  readonly outer: { readonly command: OpenCommand; readonly word: OpenWord | undefined; readonly isPiped: boolean };
  /** Parentheses open within an arithmetic expression. */
  depth: number;
}

const deepestNesting = 32;

/** What a script has come to so far: the commands that are done, the one and the word that are open, and the places that they stand in. */
export class ShellAssembly {
  /** Here-documents that were announced, and begin at the next line end. */
  hereDocuments: HereDocument[] = [];
  /** The command that comes next reads the output of the one before. */
  isPiped = false;
  private readonly done: (OpenCommand | Exclude<ShellStep, ShellCommand>)[] = [];
  private readonly frames: Frame[] = [];
  private openedWord: OpenWord | undefined;
  private openedCommand: OpenCommand = emptyCommand();

  get command(): OpenCommand {
    return this.openedCommand;
  }

  /** Undefined between words. */
  get word(): OpenWord | undefined {
    return this.openedWord;
  }

  /** The innermost place; undefined on the outside. */
  get frame(): Frame | undefined {
    return this.frames.at(-1);
  }

  get isInDoubleQuotes(): boolean {
    return this.frames.some(({ type }) => type === 'double');
  }

  /** How many steps are done. */
  get length(): number {
    return this.done.length;
  }

  steps(): readonly ShellStep[] {
    return this.done.map((step) => (step.type === 'command' ? finished(step) : step));
  }

  /** A script within the script begins or ends. */
  cross(border: 'enter' | 'leave'): void {
    this.done.push({ type: border });
  }

  /** False where it would be too deep. */
  open(type: Frame['type'], end: string): boolean {
    if (this.frames.length >= deepestNesting) return false;
    this.frames.push({ type, end, depth: 0, outer: { command: this.command, word: this.word, isPiped: this.isPiped } });
    if (type !== 'list') return true;
    this.cross('enter');
    [this.openedCommand, this.openedWord, this.isPiped] = [emptyCommand(), undefined, false];
    return true;
  }

  /** The innermost place ends, and what stood around it goes on. */
  close(): void {
    const frame = this.frames.pop();
    if (frame?.type !== 'list') return;
    this.endCommand();
    this.cross('leave');
    [this.openedCommand, this.openedWord, this.isPiped] = [frame.outer.command, frame.outer.word, frame.outer.isPiped];
  }

  openWord(): OpenWord {
    this.openedWord ??= { text: '', isKnown: true, isQuoted: false, braces: 'none' };
    return this.openedWord;
  }

  /** What is read next belongs to no word so far: the open one is forgotten. */
  dropWord(): void {
    this.openedWord = undefined;
  }

  /** Only running the script would tell what the word is. */
  doubtWord(): void {
    this.openWord().isKnown = false;
  }

  endWord(): void {
    const { word, command } = this;
    this.dropWord();
    const document = word === undefined ? undefined : takeWord(command, word);
    if (document !== undefined) this.hereDocuments.push(document);
  }

  endCommand(): void {
    this.endWord();
    const { command } = this;
    this.openedCommand = emptyCommand();
    const wasPiped = this.isPiped;
    this.isPiped = false;
    command.awaits = undefined;
    if (command.words.length === 0 && command.assignments.length === 0) return;
    command.isPiped = wasPiped;
    this.done.push(command);
  }
}
