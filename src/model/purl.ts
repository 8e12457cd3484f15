import type { Purl, Source } from './component.ts';

const noQualifiers: Readonly<Record<string, string>> = {};

/**
 * Builds an npm purl (purl-spec, type npm, as of 2026: names are case-sensitive and kept).
 * `qualifiers` are written in code-unit order; empty values are left out, as the specification asks.
 */
export function npmPurl(name: string, version: string, qualifiers: Readonly<Record<string, string | undefined>> = noQualifiers): Purl {
  const label = `${name}@${version}`;
  // Nearly every package has nothing in it that would have to be encoded.
  if (qualifiers === noQualifiers && /^[A-Za-z0-9._~-]+@[A-Za-z0-9._~-]+$/.test(label)) return `pkg:npm/${label}` as Purl; // as below
  const path =
    name.startsWith('@') && name.includes('/')
      ? `${encode(name.slice(0, name.indexOf('/')))}/${encode(name.slice(name.indexOf('/') + 1))}`
      : encode(name);
  const query = queryOf(qualifiers);
  const text = `pkg:npm/${path}${version === '' ? '' : `@${encode(version)}`}${query === '' ? '' : `?${query}`}`;
  return text as Purl; // the one place where a purl is made
}

/** The purl of a component from where its bytes come: `vcs_url` for git, `download_url` for a tarball outside a registry. */
export function purlOf(name: string, version: string, source: Source): Purl {
  switch (source.type) {
    case 'registry':
    case 'file':
    case 'workspace':
      return npmPurl(name, version);
    case 'tarball':
      return npmPurl(name, version, { download_url: source.url });
    case 'git':
      return npmPurl(name, version, {
        vcs_url: `${source.url.startsWith('git') ? '' : 'git+'}${source.url}${source.commit === undefined ? '' : `@${source.commit}`}`,
      });
  }
}

/** A purl for what a package manager installs and no npm registry knows: a JavaScript runtime (purl-spec, type generic). */
export function genericPurl(name: string, version: string): Purl {
  const text = `pkg:generic/${encode(name)}${version === '' ? '' : `@${encode(version)}`}`;
  return text as Purl; // as in npmPurl: made from encoded parts alone
}

/** The purl without qualifiers: name and version only, e.g. to compare graphs. */
export function barePurl(purl: Purl): string {
  const query = purl.indexOf('?');
  return query === -1 ? purl : purl.slice(0, query);
}

function queryOf(qualifiers: Readonly<Record<string, string | undefined>>): string {
  if (qualifiers === noQualifiers) return '';
  return Object.entries(qualifiers)
    .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${encodeQualifier(value)}`)
    .join('&');
}

/** Percent-encodes as purl-spec asks: everything but unreserved characters; a colon stays. */
function encode(text: string): string {
  if (/^[A-Za-z0-9._~:-]+$/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Qualifier values keep the slash as well, so that URLs stay readable. */
function encodeQualifier(text: string): string {
  return encode(text).replaceAll('%2F', '/');
}
