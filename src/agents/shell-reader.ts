import { type Frame, ShellAssembly } from './shell-assembly.ts';
import { type OpenCommand, type ShellStep, readHereDocument } from './shell-command.ts';
import { ansiC, isArithmetic } from './shell-quoting.ts';

export interface ShellReading {
  readonly steps: readonly ShellStep[];
  /** What was not understood: quotes without an end, nesting without end, text without end. */
  readonly doubts: readonly string[];
}

const longestScript = 65_536;
const mostSteps = 2000;
const mostNested = 256;

/**
 * Reads a POSIX or bash script down to its simple commands, wherever they stand: behind `&&`, `||`, `;`, `|`, `&` and line
 * ends, in subshells, groups, loops and functions, in `$( )`, backticks, process substitutions, double quotes and the bodies
 * of here-documents. Nothing is expanded but quotes and braces. Linear, without recursion; source: POSIX.1-2024, XCU 2.
 */
export function readShell(script: string): ShellReading {
  if (script.length > longestScript) return { steps: [], doubts: [`it has ${script.length} characters`] };
  return new ShellReader(script.replaceAll('\r\n', '\n')).read();
}

class ShellReader {
  private readonly made = new ShellAssembly();
  private readonly doubts = new Set<string>();
  private readonly nested: { readonly text: string; readonly isTemplate: boolean }[] = [];
  private text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  read(): ShellReading {
    this.readText({ isTemplate: false });
    for (let next = this.nested.shift(), rounds = 0; next !== undefined; next = this.nested.shift(), rounds++) {
      if (rounds >= mostNested) {
        this.doubts.add('it nests without end');
        break;
      }
      this.text = next.text;
      this.at = 0;
      this.made.cross('enter');
      this.readText(next);
      this.made.cross('leave');
    }
    return { steps: this.made.steps(), doubts: [...this.doubts] };
  }

  /** A template is text in which only substitutions run: the body of a here-document. */
  private readText({ isTemplate }: { readonly isTemplate: boolean }): void {
    if (isTemplate) this.open('double', '');
    while (this.at < this.text.length) {
      if (this.made.length > mostSteps) {
        this.doubts.add('it has more commands than are read');
        break;
      }
      const { frame } = this.made;
      if (frame?.type === 'double') this.readQuoted(frame);
      else if (frame?.type === 'brace' || frame?.type === 'arithmetic') this.readExpansion(frame);
      else this.readList(frame);
    }
    this.endText(isTemplate);
  }

  /** Whatever is still open at the end was never closed: its commands count all the same. */
  private endText(isTemplate: boolean): void {
    for (; this.made.frame !== undefined; this.made.close()) {
      if (this.made.frame.end !== '') this.doubts.add('a quote or bracket has no end');
    }
    if (isTemplate) this.made.dropWord();
    this.made.endCommand();
    this.readHereDocuments();
    this.made.isPiped = false;
  }

  private readList(frame: Frame | undefined): void {
    const char = this.text[this.at] ?? '';
    const isWordStart = this.made.word === undefined;
    if (char === frame?.end) return this.closeAt(frame);
    switch (char) {
      case ' ':
      case '\t':
        this.made.endWord();
        this.at += 1;
        return;
      case '\n':
        this.made.endCommand();
        this.at += 1;
        this.readHereDocuments();
        return;
      case ';':
        return this.separate(1, false);
      case '&':
        if (this.text[this.at + 1] === '>') return this.redirect(this.text[this.at + 2] === '>' ? 3 : 2, 'target');
        return this.text[this.at + 1] === '&' ? this.separate(2, false) : this.separate(1, false);
      case '|':
        if (this.text[this.at + 1] === '|') return this.separate(2, true);
        this.made.isPiped = true;
        this.separate(this.text[this.at + 1] === '&' ? 2 : 1, false);
        this.made.isPiped = true;
        return;
      case '(':
        return this.openParenthesis();
      case ')':
        // A pattern of `case`, or one too many: either way a new command begins.
        return this.separate(1, false);
      case '<':
      case '>':
        return this.readRedirection();
      case '#':
        if (isWordStart) {
          const end = this.text.indexOf('\n', this.at);
          this.at = end === -1 ? this.text.length : end;
          return;
        }
        return this.add(char);
      case '*':
      case '?':
      case '[':
        this.add(char);
        this.made.doubtWord();
        return;
      case '{':
      case '}': {
        const word = this.made.openWord();
        if (word.braces === 'none') word.braces = 'plain';
        return this.add(char);
      }
      case '"':
        this.made.openWord().isQuoted = true;
        this.at += 1;
        return this.open('double', '"');
      case "'":
        return this.readSingleQuoted();
      default:
        if (!this.readEscapeOrExpansion(char, false)) this.add(char);
    }
  }

  private readQuoted(frame: Frame): void {
    const char = this.text[this.at] ?? '';
    if (char === frame.end) return this.closeAt(frame);
    if (char === '{' || char === '}') this.made.openWord().braces = 'mixed';
    if (!this.readEscapeOrExpansion(char, true)) this.add(char);
  }

  /** `${ }` and `$(( ))`: only the substitutions in them matter. */
  private readExpansion(frame: Frame): void {
    const char = this.text[this.at] ?? '';
    if (frame.type === 'arithmetic' && char === '(') frame.depth += 1;
    if (frame.type === 'arithmetic' && char === ')' && frame.depth > 0) frame.depth -= 1;
    else if (this.text.startsWith(frame.end, this.at)) return this.closeAt(frame);
    if (char === "'" && frame.type === 'brace' && !this.made.isInDoubleQuotes) return this.readSingleQuoted();
    if (char === '"') {
      this.at += 1;
      return this.open('double', '"');
    }
    if (!this.readEscapeOrExpansion(char, false)) this.at += 1;
  }

  /** Backslashes, `$` and backticks mean much the same everywhere. Answers whether it read something. */
  private readEscapeOrExpansion(char: string, isQuoted: boolean): boolean {
    const next = this.text[this.at + 1] ?? '';
    if (char === '\\') {
      if (next === '\n') this.at += 2;
      else if (isQuoted && !'$`"\\'.includes(next)) return false;
      else {
        this.at += 1;
        this.made.openWord().isQuoted = true;
        if (next === '{' || next === '}') this.made.openWord().braces = 'mixed';
        this.add(next);
      }
      return true;
    }
    if (char === '`') {
      this.readBackticks();
      return true;
    }
    if (char !== '$') return false;
    if (next === "'" && !isQuoted) this.readAnsiC();
    else if (next === '"' && !isQuoted) this.at += 1;
    else if (next === '(') this.openSubstitution();
    else if (next === '{') {
      this.made.doubtWord();
      this.at += 2;
      this.open('brace', '}');
    } else if (/[A-Za-z_0-9@*#?$!-]/.test(next)) {
      this.made.doubtWord();
      this.at += 2;
      if (/[A-Za-z_]/.test(next)) while (/[A-Za-z_0-9]/.test(this.text[this.at] ?? '')) this.at += 1;
    } else return false;
    return true;
  }

  private openSubstitution(): void {
    this.made.doubtWord();
    if (this.text[this.at + 2] === '(' && isArithmetic(this.text, this.at + 3)) {
      this.at += 3;
      return this.open('arithmetic', '))');
    }
    this.at += 2;
    this.open('list', ')');
  }

  private openParenthesis(): void {
    if (this.made.word === undefined && this.text[this.at + 1] === '(' && isArithmetic(this.text, this.at + 2)) {
      this.at += 2;
      return this.open('arithmetic', '))');
    }
    // `f()` defines a function: its name starts nothing.
    if (/^\([ \t]*\)/.test(this.text.slice(this.at, this.at + 16))) {
      this.made.endWord();
      this.made.command.words = [];
    }
    this.made.endCommand();
    this.at += 1;
    this.open('list', ')');
  }

  private readRedirection(): void {
    // A number right before it is a file descriptor, no argument.
    if (this.made.word !== undefined && /^\d+$/.test(this.made.word.text) && !this.made.word.isQuoted) this.made.dropWord();
    const rest = this.text.slice(this.at, this.at + 3);
    if (rest === '<<<') return this.redirect(3, 'here-string');
    if (rest === '<<-') return this.redirect(3, 'delimiter-dash');
    if (rest.startsWith('<<')) return this.redirect(2, 'delimiter');
    if (rest[1] === '(') {
      this.made.doubtWord();
      this.at += 2;
      return this.open('list', ')');
    }
    this.redirect(/^(?:>>|>\||>&|<&|<>)/.test(rest) ? 2 : 1, rest.startsWith('<') && rest[1] !== '>' ? 'source' : 'target');
  }

  private redirect(length: number, awaits: OpenCommand['awaits']): void {
    this.made.endWord();
    this.at += length;
    this.made.command.awaits = awaits;
  }

  private readSingleQuoted(): void {
    const end = this.text.indexOf("'", this.at + 1);
    if (end === -1) this.doubts.add('a quote or bracket has no end');
    const quoted = this.text.slice(this.at + 1, end === -1 ? undefined : end);
    const word = this.made.openWord();
    word.isQuoted = true;
    word.text += quoted;
    if (/[{}]/.test(quoted)) word.braces = 'mixed';
    this.at = end === -1 ? this.text.length : end + 1;
  }

  private readAnsiC(): void {
    const { text, length, isClosed } = ansiC(this.text, this.at + 2);
    if (!isClosed) this.doubts.add('a quote or bracket has no end');
    const word = this.made.openWord();
    word.isQuoted = true;
    word.text += text;
    if (/[{}]/.test(text)) word.braces = 'mixed';
    this.at += 2 + length;
  }

  /** Their text loses one level of backslashes before it is read as a script of its own. */
  private readBackticks(): void {
    this.made.doubtWord();
    let inner = '';
    let at = this.at + 1;
    for (; at < this.text.length && this.text[at] !== '`'; at++) {
      if (this.text[at] === '\\' && /[`$\\]/.test(this.text[at + 1] ?? '')) at += 1;
      inner += this.text[at];
    }
    if (at >= this.text.length) this.doubts.add('a quote or bracket has no end');
    this.nested.push({ text: inner, isTemplate: false });
    this.at = at + 1;
  }

  private readHereDocuments(): void {
    for (const document of this.made.hereDocuments) {
      const { body, end, isClosed } = readHereDocument(this.text, this.at, document);
      this.at = end;
      if (!isClosed) this.doubts.add('a here-document has no end');
      const isKnown = document.isLiteral || !/[$`]/.test(body);
      document.command.input = { text: body, isKnown };
      if (!isKnown) this.nested.push({ text: body, isTemplate: true });
    }
    this.made.hereDocuments = [];
  }

  private separate(length: number, isFallback: boolean): void {
    this.made.endCommand();
    this.made.command.isFallback = isFallback;
    this.at += length;
  }

  private open(type: Frame['type'], end: string): void {
    if (this.made.open(type, end)) return;
    this.doubts.add('it nests without end');
    this.at = this.text.length;
  }

  private closeAt(frame: Frame): void {
    this.at += frame.end.length;
    this.made.close();
  }

  private add(char: string): void {
    this.made.openWord().text += char;
    this.at += 1;
  }
}
