/** What nearly every URL looks like: no user information, no query. Spares parsing thousands. */
const plainUrl = /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?\/[A-Za-z0-9._~%+@/-]*$/;

/** Query parameters that carry a credential, by the words that their names hold. */
const secretName = /token|auth|key|secret|passw|sig|credential/i;

/**
 * The form of a URL that may be published: without user information and without credentials in its query.
 * A URL that has none is returned byte for byte. Undefined for what is no absolute URL, and for `file:` URLs, which
 * would name a path of this machine. The user `git` of an ssh URL is a convention, not a secret, and stays.
 */
export function publicUrl(text: string): string | undefined {
  if (isPlainUrl(text)) return text;
  const url = parse(text);
  if (url === undefined || url.protocol === 'file:' || url.protocol === 'data:' || url.protocol === 'javascript:') return undefined;
  const isSshUser = url.username === 'git' && url.protocol.endsWith('ssh:');
  const hasUser = url.password !== '' || (url.username !== '' && !isSshUser);
  const secrets = [...url.searchParams.keys()].filter((name) => secretName.test(name));
  if (!hasUser && secrets.length === 0) return isWritable(text) ? text : escaped(url.href);
  if (!isSshUser) url.username = '';
  url.password = '';
  for (const name of secrets) url.searchParams.delete(name);
  return escaped(url.href);
}

/** Whether a URL has nothing in it that could have to be taken out: `publicUrl` returns it as it is. */
export function isPlainUrl(text: string): boolean {
  return plainUrl.test(text);
}

/** Free text with the credentials of every URL in it taken out, e.g. an override's replacement. */
export function withoutCredentials(text: string): string {
  return text
    .split(/(\s+)/)
    .map((word) => {
      const start = word.search(/[a-z][a-z0-9+.-]{0,30}:\/\//i);
      if (start === -1) return word;
      return `${word.slice(0, start)}${publicUrl(word.slice(start)) ?? ''}`;
    })
    .join('');
}

/** Brackets and quotes as CycloneDX wants them in a URI: escaped, although URL parsers let them stand. */
export function uriReference(url: string): string {
  return isPlainUrl(url) ? url : url.replaceAll(/[ "'[\]<>{}]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function parse(text: string): URL | undefined {
  const scp = /^(?:git\+ssh:\/\/)?git@([A-Za-z0-9.-]+):(?!\d+\/)([^\s]+)$/.exec(text);
  const candidate = scp === null ? text : `ssh://git@${scp[1] ?? ''}/${scp[2] ?? ''}`;
  return URL.canParse(candidate) ? new URL(candidate) : undefined;
}

/** Whether RFC 3987 allows every character of it: no control characters, no space of any kind, no half of a surrogate pair. */
function isWritable(text: string): boolean {
  return /^[\u0021-\u007e\u00a0-\uffff]*$/.test(text) && !mustEscape.test(text) && text.isWellFormed();
}

/** What URL parsers let stand and RFC 3986 does not; to ECMAScript's `\s`, by which it is validated, more characters are spaces. */
const mustEscape = /[\\^`{|}<>"\s]/;

function escaped(href: string): string {
  return href.replaceAll(new RegExp(mustEscape, 'g'), (char) => encodeURIComponent(char));
}
