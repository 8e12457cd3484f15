/** The parts of a package URL, decoded. */
export interface PurlParts {
  readonly type: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly qualifiers: ReadonlyMap<string, string>;
}

/** Takes a package URL apart (purl-spec, ECMA-427); undefined for what is none. Names keep their case. */
export function parsePurl(purl: string): PurlParts | undefined {
  const match = /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\/([^?#]+)(?:\?([^#]*))?(?:#.*)?$/.exec(purl);
  if (match === null) return undefined;
  const [, type = '', path = '', query = ''] = match;
  const slash = path.lastIndexOf('/');
  const last = path.slice(slash + 1);
  // A scoped npm name may stand unencoded (`@scope/name@1`): its first character is no separator.
  const at = last.lastIndexOf('@');
  const namespace = decode(slash === -1 ? '' : path.slice(0, slash));
  const name = decode(at > 0 ? last.slice(0, at) : last);
  const version = decode(at > 0 ? last.slice(at + 1) : '');
  const qualifiers = parseQualifiers(query);
  if (namespace === undefined || version === undefined || qualifiers === undefined || name === undefined || name === '') return undefined;
  return { type: type.toLowerCase(), namespace, name, version, qualifiers };
}

function parseQualifiers(query: string): ReadonlyMap<string, string> | undefined {
  const qualifiers = new Map<string, string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const equals = pair.indexOf('=');
    const value = decode(pair.slice(equals + 1));
    if (equals < 1 || value === undefined) return undefined;
    qualifiers.set(pair.slice(0, equals).toLowerCase(), value);
  }
  return qualifiers;
}

function decode(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
