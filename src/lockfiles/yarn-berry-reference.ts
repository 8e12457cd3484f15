import { hasControlCharacters } from './json-document.ts';

/** The parts of a yarn 2+ range or reference: `protocol:source#selector::params`. */
export interface BerryReference {
  /** With its colon, e.g. `npm:`; empty where there is none. */
  readonly protocol: string;
  readonly source: string;
  readonly selector?: string;
  /** Bound values such as `locator`, `hash` and `version`, decoded. */
  readonly params: ReadonlyMap<string, string>;
}

const noParams: ReadonlyMap<string, string> = new Map();
/** How many patches of patches are followed. */
const maxNesting = 8;

/** Takes a range or reference apart. Source: parseRange of @yarnpkg/core. Total: any text has parts. */
export function splitReference(text: string): BerryReference {
  const paramsAt = text.indexOf('::');
  const body = paramsAt === -1 ? text : text.slice(0, paramsAt);
  const selectorAt = body.indexOf('#');
  const head = selectorAt === -1 ? body : body.slice(0, selectorAt);
  const colon = head.indexOf(':');
  return {
    protocol: head.slice(0, colon + 1),
    source: head.slice(colon + 1),
    ...(selectorAt === -1 ? {} : { selector: body.slice(selectorAt + 1) }),
    params: paramsAt === -1 ? noParams : paramsOf(text.slice(paramsAt + 2)),
  };
}

/** Cuts `name@range` (or a locator, `name@reference`) at the `@` that does not start a scope. */
export function splitIdent(text: string): readonly [name: string, range: string] {
  const at = text.indexOf('@', 1);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * The form in which two ranges are compared. Yarn has written the same range in several ways: with and without the
 * default `npm:`, encoded and plain inside `patch:`, and with three markers before a built-in patch.
 */
export function canonicalRange(range: string): string {
  // Nearly every range is this plain.
  if (/^(?:npm:)?[^:#]*$/.test(range)) return range.startsWith('npm:') ? range.slice('npm:'.length) : range;
  let outer = '';
  let selectors = '';
  let rest = range;
  for (let depth = 0; depth < maxNesting; depth += 1) {
    const { protocol, source, selector } = splitReference(rest);
    if (protocol === 'virtual:' && selector !== undefined) {
      rest = selector;
      continue;
    }
    const suffix = selector === undefined ? '' : `#${selector}`;
    if (protocol !== 'patch:') return `${outer}${protocol === 'npm:' ? '' : protocol}${source}${suffix}${selectors}`;
    const [name, inner] = splitIdent(decode(source));
    outer += `patch:${name}@`;
    selectors = `${suffix.replaceAll(/(?:~|optional!)(?=builtin<)/g, '')}${selectors}`;
    rest = inner;
  }
  return range;
}

/** Percent-decodes; a text that is not encoded well, or that hides a control character, stays as it is. */
export function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    const decoded = decodeURIComponent(text);
    return hasControlCharacters(decoded) ? text : decoded;
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function paramsOf(query: string): ReadonlyMap<string, string> {
  const params = new Map<string, string>();
  for (const part of query.split('&')) {
    const equals = part.indexOf('=');
    if (equals > 0) params.set(part.slice(0, equals), decode(part.slice(equals + 1)));
  }
  return params;
}
