import { posix } from 'node:path';
import type { ClientCommand } from '../clients/client.ts';
import { clientsOf } from '../clients/detect-client.ts';
import {
  clientPrograms,
  interpreters,
  isBystander,
  isInstallFile,
  mentionsClient,
  printers,
  programOf,
  redirectsClient,
  reservedWords,
  shells,
  wrappers,
} from './shell-programs.ts';
import type { ShellCommand, Word } from './shell-command.ts';
import { readShell } from './shell-reader.ts';

/** One package manager that a script starts and that brings packages. */
export interface Launch {
  /** As the script writes it, quotes removed. */
  readonly argv: readonly string[];
  readonly command: ClientCommand;
  /** Where it runs, absolute; undefined where only the shell will know. */
  readonly folder: string | undefined;
}

export interface Launches {
  readonly launches: readonly Launch[];
  /** Why what will be installed cannot be told from the text alone; empty for a script that was understood. */
  readonly doubts: readonly string[];
  /**
   * The script does nothing else: plain installs, and changes of the folder. Whoever consents to it consents to nothing that was not
   * judged: no program by its path, no wrapper, variable, redirection, download that is run at once, or option that could run something.
   */
  readonly isInstallOnly: boolean;
}

/**
 * The installs in a shell script, through wrappers (`sudo`, `env`, `xargs`, `sh -c`, `eval`, `corepack`, ...), each with the folder
 * that it runs in. A script that installs nothing gives neither launches nor doubts. `cwd` and `home` are absolute.
 */
export function launchesIn(script: string, cwd: string, home: string): Launches {
  const search = new Search(home, mentionsClient(script));
  search.script(script, { path: cwd }, 0);
  return {
    launches: search.launches,
    doubts: search.launches.length > 0 || search.isSuspicious ? [...search.doubts] : [],
    isInstallOnly: search.launches.length > 0 && search.others === 0,
  };
}

/** A folder that `cd` moves; undefined once it is not known. */
interface Place {
  path: string | undefined;
  hasMoved?: true;
}

const deepestScript = 6;

class Search {
  readonly launches: Launch[] = [];
  readonly doubts = new Set<string>();
  /** Commands that are no install. */
  others = 0;
  /** A doubt is about an install, though none was found. */
  isSuspicious = false;
  /** Names of files into which text about package managers was written. */
  private readonly written = new Set<string>();
  /** The first command that may change what a later install goes by. */
  private changer: string | undefined;
  private readonly home: string;
  private readonly mentions: boolean;

  constructor(home: string, mentions: boolean) {
    this.home = home;
    this.mentions = mentions;
  }

  script(text: string, place: Place, depth: number): void {
    if (depth > deepestScript) return this.suspect('scripts within scripts without end');
    const { steps, doubts } = readShell(text);
    if (this.mentions || mentionsClient(text)) for (const doubt of doubts) this.suspect(doubt);
    const outer: (string | undefined)[] = [];
    for (const step of steps) {
      if (step.type === 'enter') outer.push(place.path);
      else if (step.type === 'leave') place.path = outer.pop();
      else this.command(step, place, depth);
    }
  }

  private command(command: ShellCommand, place: Place, depth: number): void {
    const words = command.words.slice(command.words.findIndex(({ text, isKnown }) => !isKnown || !reservedWords.has(text)));
    const first = words[0];
    if (!isPlainInstall(command) && !isMove(command)) this.others += 1;
    for (const assignment of command.assignments) this.assignment(assignment.text);
    this.output(command);
    if (first === undefined || command.words.every(({ text, isKnown }) => isKnown && reservedWords.has(text))) return;

    const found = this.launches.length;
    const doubted = this.doubts.size;
    this.programs(words, command, place, depth);
    if (this.launches.length > found) return;
    const program = first.isKnown ? programOf(first.text) : '';
    if (program === 'cd' || program === 'pushd' || program === 'popd') return this.move(program, words, command, place);
    if (this.doubts.size === doubted && !isBystander(words.map(({ text }) => text)))
      this.changer ??= words.map(({ text }) => text).join(' ');
  }

  /** Files that a command writes: one that an install goes by, or a script that installs. */
  private output({ writes, words, input }: ShellCommand): void {
    const changed = writes.find(({ text, isKnown }) => !isKnown || isInstallFile(text));
    if (changed !== undefined) this.changer ??= `> ${changed.text}`;
    if (![...words, input].some((word) => word !== undefined && mentionsClient(word.text))) return;
    for (const { text } of writes) this.written.add(posix.basename(text));
  }

  private programs(words: readonly Word[], command: ShellCommand, place: Place, depth: number): void {
    const [first] = words;
    if (first === undefined) return;
    if (!first.isKnown) return this.unknownProgram(words);
    const name = programOf(first.text);
    if (first.text === 'lockgate' || (name === 'command' && /^-[vV]/.test(words[1]?.text ?? ''))) return;
    if (name === 'alias' && words.some(({ text }) => mentionsClient(text))) return this.suspect('an alias stands for a package manager');
    if (name === 'export' || name === 'declare' || wrappers.has(name)) for (const { text } of words) this.assignment(text);
    if (printers.has(name)) return;
    if (words.some(({ text }) => this.written.has(posix.basename(text)))) this.suspect('it runs a script that it has just written');
    for (const [index, word] of words.entries()) {
      const rest = words.slice(index);
      const program = word.isKnown ? programOf(word.text) : '';
      if (index === 0 || /^[A-Za-z]/.test(program)) {
        if (shells.has(program)) this.shell(rest, command, place, depth);
        else if (program === 'eval') this.evaluate(rest.slice(1), place, depth);
        else if (clientPrograms.has(program)) {
          const isBare = index > 0 && rest.length === 1 && !wrappers.has(name) && !isExecution(words);
          if (!isBare && this.client([program, ...rest.slice(1).map(({ text }) => text)], rest, command, place, name)) return;
        } else if (program === 'corepack' && ['use', 'up', 'install'].includes(rest[1]?.text ?? '')) {
          this.suspect('corepack downloads a package manager and installs with it');
        }
      }
    }
    if (interpreters.has(name)) this.interpreter(words, 'a program in another language speaks of a package manager');
    if (/^(?:env|parallel|watch|xargs)$/.test(name)) this.interpreter(words, `${name} takes a command apart itself`);
  }

  /** Answers whether it is an install. */
  private client(argv: readonly string[], words: readonly Word[], command: ShellCommand, place: Place, wrapper: string): boolean {
    const commands = clientsOf(argv[0] ?? '').map((client) => client.classify(argv));
    const understood = commands.find(({ action }) => brings(action)) ?? commands[0];
    if (understood === undefined || !brings(understood.action)) {
      // `pnpm exec` and `yarn run` start what follows: the search goes on behind them.
      return false;
    }
    if (words.some(({ isKnown }) => !isKnown)) this.suspect('a part of the install is only known when the shell runs it');
    if (wrapper === 'xargs' || wrapper === 'parallel') this.suspect('what is installed comes from another command');
    if (understood.action.kind === 'unknown') this.suspect(`${argv.slice(0, 2).join(' ')} is no command that is understood`);
    for (const detour of understood.detours) this.suspect(`${detour} leads to another registry or configuration than the project's`);
    if (this.changer !== undefined) this.suspect(`an earlier command may change what is installed: ${this.changer}`);
    const { path } = place;
    if (command.isFallback && place.hasMoved === true) this.suspect('whether the folder was changed is only known when the shell runs it');
    const folder = understood.folder === undefined || path === undefined ? path : posix.resolve(path, understood.folder);
    if (folder === undefined) this.suspect('the folder of the install is only known when the shell runs it');
    this.launches.push({ argv, command: understood, folder });
    return true;
  }

  private shell(words: readonly Word[], command: ShellCommand, place: Place, depth: number): void {
    const at = words.findIndex(({ text }, index) => index > 0 && /^-[A-Za-z]*c[A-Za-z]*$/.test(text));
    const script = at === -1 ? undefined : words.slice(at + 1).find(({ text }) => !/^[-+]/.test(text));
    if (script !== undefined) return this.nested(script, place, depth);
    const readsInput = words.slice(1).every(({ text }) => text.startsWith('-'));
    if (!readsInput) return;
    if (command.input !== undefined) return this.nested(command.input, place, depth);
    if (command.isPiped && this.mentions) this.suspect('a shell runs what another command prints');
  }

  private evaluate(words: readonly Word[], place: Place, depth: number): void {
    this.nested({ text: words.map(({ text }) => text).join(' '), isKnown: words.every(({ isKnown }) => isKnown) }, place, depth);
  }

  private nested(script: Word, place: Place, depth: number): void {
    if (!script.isKnown && (this.mentions || mentionsClient(script.text))) this.suspect('code is put together when the shell runs it');
    // A shell of its own keeps its folder to itself.
    this.script(script.text, { ...place }, depth + 1);
  }

  private unknownProgram(words: readonly Word[]): void {
    const isInstall = words.slice(1).some(({ text }) => /^(?:i|in|install|add|ci|dlx|update|up|upgrade)$/.test(text));
    if (isInstall || this.mentions) this.suspect('the program is only known when the shell runs it');
  }

  /** `python -c`, `node -e`: code that speaks of a package manager may start it. */
  private interpreter(words: readonly Word[], doubt: string): void {
    const code = words.slice(1).find(({ text }) => /\s|\(/.test(text) && mentionsClient(text));
    if (code !== undefined) this.suspect(doubt);
  }

  private assignment(text: string): void {
    const name = /^([A-Za-z_@][\w@:./-]{0,100})\+?=/.exec(text)?.[1];
    if (name !== undefined && redirectsClient(name))
      this.doubts.add(`${name} leads to another registry or configuration than the project's`);
  }

  private move(program: string, words: readonly Word[], command: ShellCommand, place: Place): void {
    if (command.isPiped) return;
    place.hasMoved = true;
    const target = words.slice(1).find(({ text }) => !/^-[LPe@]*$/.test(text) || text === '-');
    if (program === 'cd' && target === undefined && words.length === 1) place.path = this.home;
    else if (
      program === 'popd' ||
      target === undefined ||
      !target.isKnown ||
      target.text === '-' ||
      place.path === undefined ||
      command.isFallback
    )
      place.path = undefined;
    else if (target.text === '~' || target.text.startsWith('~/')) place.path = posix.join(this.home, target.text.slice(1));
    else if (target.text.startsWith('~')) place.path = undefined;
    else place.path = posix.resolve(place.path, target.text);
  }

  private suspect(doubt: string): void {
    this.isSuspicious = true;
    this.doubts.add(doubt);
  }
}

/** `cd app`, with nothing around it. */
function isMove({ words, assignments, writes }: ShellCommand): boolean {
  return words[0]?.text === 'cd' && words.length === 2 && words[1]?.isKnown === true && assignments.length === 0 && writes.length === 0;
}

/** Options that change what is recorded or printed, and never what is run. */
const plainOption =
  /^(?:-[DEPOS]|--(?:save|save-dev|save-exact|save-prod|save-optional|dev|exact|prod|production|no-audit|no-fund|silent|quiet|frozen-lockfile|immutable|ignore-scripts|prefer-offline|omit=dev|omit=optional))$/;

function isPlainInstall({ words, assignments, writes, isPiped }: ShellCommand): boolean {
  const [program, ...rest] = words.map(({ text }) => text);
  if (program === undefined || !clientPrograms.has(program) || words.some(({ isKnown }) => !isKnown)) return false;
  if (assignments.length > 0 || isPiped || writes.some(({ text }) => text !== '/dev/null' && text !== '1')) return false;
  return clientsOf(program).some((client) => {
    const { action, detours } = client.classify([program, ...rest]);
    const isOurs = action.kind === 'install' || (action.kind === 'add' && !action.isGlobal);
    return isOurs && detours.length === 0 && rest.every((word) => !word.startsWith('-') || plainOption.test(word));
  });
}

/** `npm exec`, `pnpm dlx`, `npx`: what follows is a program of its own. */
function isExecution(words: readonly Word[]): boolean {
  return /^(?:exec|x|dlx)$/.test(words[1]?.text ?? '') || /^(?:npx|pnpx|bunx)$/.test(programOf(words[0]?.text ?? ''));
}

/** Whether an action may download packages: a removal brings what else the lockfile names, a command that nobody knows may do anything. */
function brings({ kind }: ClientCommand['action']): boolean {
  return kind !== 'other' && kind !== 'run';
}
