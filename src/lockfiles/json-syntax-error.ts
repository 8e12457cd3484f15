/** The first place at which a text stops being JSON. `offset` counts UTF-16 code units from 0. */
export interface JsonSyntaxError {
  readonly offset: number;
  readonly problem: string;
  readonly isTruncated: boolean;
}

/**
 * Finds out where and why a text is not JSON (RFC 8259); undefined when it is. Slower than JSON.parse, whose messages
 * name no position for half of the errors: meant for texts that JSON.parse has refused. Not recursive.
 */
export function findJsonSyntaxError(text: string): JsonSyntaxError | undefined {
  /** The closing characters of what is open, innermost last. */
  const open: string[] = [];
  /** An object or array has just been opened: no comma stands before its first member. */
  let isFirst = false;
  let at = 0;

  skipSpace();
  for (let error = readValue(); ; error = readNext()) {
    if (error !== undefined) return error;
    if (open.length === 0) break;
  }
  skipSpace();
  return at < text.length ? unexpected('the end of the file') : undefined;

  function readNext(): JsonSyntaxError | undefined {
    skipSpace();
    const closing = open.at(-1) ?? '';
    const char = text.charAt(at);
    const opensMembers = isFirst;
    isFirst = false;
    if (char === closing) {
      at += 1;
      open.pop();
      return undefined;
    }
    if (opensMembers) return readMember();
    if (char !== ',') return unexpected(`a comma or '${closing}'`);
    at += 1;
    skipSpace();
    return readMember();
  }

  function readMember(): JsonSyntaxError | undefined {
    if (open.at(-1) === '}') {
      if (text.charAt(at) !== '"') return unexpected('a key in double quotes');
      const error = readString();
      if (error !== undefined) return error;
      skipSpace();
      if (text.charAt(at) !== ':') return unexpected('a colon');
      at += 1;
      skipSpace();
    }
    return readValue();
  }

  function readValue(): JsonSyntaxError | undefined {
    const char = text.charAt(at);
    if (char === '"') return readString();
    if (char === '{' || char === '[') {
      at += 1;
      open.push(char === '{' ? '}' : ']');
      isFirst = true;
      return undefined;
    }
    scalar.lastIndex = at;
    if (!scalar.test(text)) return unexpected('a value');
    at = scalar.lastIndex;
    return undefined;
  }

  function readString(): JsonSyntaxError | undefined {
    for (at += 1; ; at += 1) {
      const char = text.charAt(at);
      if (char === '"') break;
      if (char === '') return truncated();
      if (char < ' ') return fault('a control character inside a string');
      if (char !== '\\') continue;
      const escape = text.charAt(at + 1);
      if (escape === '') return truncated();
      if (escape === 'u' ? !/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6)) : !'"\\/bfnrt'.includes(escape)) {
        return fault('a broken escape inside a string');
      }
      at += 1;
    }
    at += 1;
    return undefined;
  }

  function skipSpace(): void {
    while (' \t\r\n'.includes(text.charAt(at)) && at < text.length) at += 1;
  }

  function unexpected(wanted: string): JsonSyntaxError {
    return at >= text.length
      ? truncated()
      : fault(`expected ${wanted}, found ${JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))}`);
  }

  function truncated(): JsonSyntaxError {
    return { offset: text.length, problem: 'the file ends too early', isTruncated: true };
  }

  function fault(problem: string): JsonSyntaxError {
    return { offset: at, problem, isTruncated: false };
  }
}

/** A number or a literal of JSON. */
const scalar = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null/y;
