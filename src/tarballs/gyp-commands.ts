/**
 * The commands that node-gyp runs while it merely reads a `binding.gyp`: `<!(command)`, `<!@(command)` and the late forms with
 * `>` and `^` (gyp's input format, command expansions). In the file's order, without duplicates. Linear in the text.
 */
export function gypCommandsIn(text: string): readonly string[] {
  const commands: string[] = [];
  for (const match of text.matchAll(/[<>^]!@?\(/g)) {
    if (commands.length === maxCommands) break;
    const start = match.index + match[0].length;
    commands.push(text.slice(start, endOfGroup(text, start)).trim());
  }
  return [...new Set(commands)];
}

/** Commands that only print where an installed package keeps its headers, as nearly every honest addon does, or ask the compiler. */
export function isOrdinaryGypCommand(command: string): boolean {
  const plain = command.replaceAll('\\', '').replaceAll(/\s+/g, ' ');
  return ordinary.some((pattern) => pattern.test(plain));
}

const maxCommands = 256;
const longestCommand = 4_096;
const packageName = '(?:@[a-z0-9][a-z0-9._-]{0,100}/)?[a-z0-9][a-z0-9._-]{0,100}';
const member = '(?:[.][a-zA-Z_]{1,40}|\\[[\'"][a-zA-Z_]{1,40}[\'"]\\])?';
const ordinary: readonly RegExp[] = [
  new RegExp(`^node (?:-p|-e|-pe|--print) ["'\`]?(?:console[.]log[(])?require[(] ?['"]${packageName}['"] ?[)]${member}[)]?;?["'\`]?$`),
  /^(?:pkg-config|uname|xcode-select|xcrun)(?: -{0,2}[A-Za-z0-9_./=-]{1,100}){0,8}$/,
];

/** The closing bracket of a group that may hold others; the end of the text where there is none. */
function endOfGroup(text: string, start: number): number {
  const limit = Math.min(text.length, start + longestCommand);
  let depth = 1;
  for (let at = start; at < limit; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')' && --depth === 0) return at;
  }
  return limit;
}
