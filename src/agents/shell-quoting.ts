const mostWords = 64;

/**
 * Decodes the inside of `$'...'` from `from` on. `length` counts the characters read, the closing quote included.
 * Source: Bash Reference Manual, 3.1.2.4.
 */
export function ansiC(text: string, from: number): { readonly text: string; readonly length: number; readonly isClosed: boolean } {
  let decoded = '';
  let at = from;
  while (at < text.length && text[at] !== "'") {
    const escape = text[at] === '\\' ? escapeAt(text, at + 1) : undefined;
    decoded += escape?.text ?? text[at] ?? '';
    at += 1 + (escape?.length ?? 0);
  }
  return { text: decoded, length: Math.min(at + 1, text.length) - from, isClosed: at < text.length };
}

function escapeAt(text: string, at: number): { readonly text: string; readonly length: number } {
  const rest = text.slice(at, at + 9);
  const number = /^(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3}))/.exec(rest);
  if (number !== null) {
    const [whole, byte, short, long, octal] = number;
    const code = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? '0', 16) : Number.parseInt(octal, 8);
    return { text: code <= 0x10ffff ? String.fromCodePoint(code) : '', length: whole.length };
  }
  const char = rest[0] ?? '';
  return { text: letters.get(char) ?? char, length: char.length };
}

const letters: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['e', '\u001b'],
  ['f', '\f'],
  ['v', '\v'],
]);

/** `{a,b}` outside quotes becomes one word each, in order; undefined for ranges (`{1..3}`) and for more than 64 words. */
export function expandBraces(word: string): readonly string[] | undefined {
  const done: string[] = [];
  const open = [word];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const close = next.indexOf('}');
    const start = close === -1 ? -1 : next.lastIndexOf('{', close);
    if (start === -1) {
      done.push(next);
      continue;
    }
    const choices = next.slice(start + 1, close).split(',');
    if (choices.length < 2 || done.length + open.length + choices.length > mostWords) return undefined;
    const [before, after] = [next.slice(0, start), next.slice(close + 1)];
    open.push(...choices.map((choice) => before + choice + after).reverse());
  }
  return done;
}

/** Whether `((` begins arithmetic: `))` ends it, and nothing in between could be a command that installs something. */
export function isArithmetic(text: string, from: number): boolean {
  for (let at = from, depth = 0; at < text.length && at < from + 500; at++) {
    const char = text[at] ?? '';
    if (char === '(') depth += 1;
    else if (char === ')' && depth > 0) depth -= 1;
    else if (char === ')') return text[at + 1] === ')';
    else if (char === '\n' || char === ';' || char === '"' || char === "'") return false;
  }
  return false;
}
