/** Settings of npm that are bound to a place: `//host/path/:_authToken`. Value by key, per place. */
export type PlacedSettings = ReadonlyMap<string, ReadonlyMap<string, string>>;

const names = ['_authToken', '_auth', 'username', '_password', 'certfile', 'keyfile'];

/** Splits `//host/path/:_authToken` into place and setting; undefined for every other key. */
export function placedKey(key: string): { readonly place: string; readonly setting: string } | undefined {
  const colon = key.lastIndexOf(':');
  const place = key.slice(0, colon);
  const setting = key.slice(colon + 1);
  return place.startsWith('//') && names.includes(setting) ? { place: withSlash(place), setting } : undefined;
}

/**
 * The settings for a URL: of the longest place that the URL's host and path begin with, as npm chooses.
 * Source: npm-registry-fetch, lib/auth.js.
 */
export function settingsFor(url: URL, placed: PlacedSettings): ReadonlyMap<string, string> | undefined {
  const segments = url.pathname.split('/').slice(0, -1);
  for (let length = segments.length; length >= 1; length--) {
    const found = placed.get(`//${url.host}${withSlash(segments.slice(0, length).join('/'))}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The Authorization header that settings amount to: a token, ready-made Basic credentials, or a user with a base64 password. */
export function authorizationOf(settings: ReadonlyMap<string, string> | undefined): string | undefined {
  const token = settings?.get('_authToken');
  if (token !== undefined) return headerValue(`Bearer ${token}`);
  const basic = settings?.get('_auth');
  if (basic !== undefined) return headerValue(`Basic ${basic}`);
  const username = settings?.get('username');
  const password = settings?.get('_password');
  if (username === undefined || password === undefined) return undefined;
  const plain = Buffer.from(password, 'base64').toString('utf8');
  return `Basic ${Buffer.from(`${username}:${plain}`).toString('base64')}`;
}

/** Undefined for what cannot stand in a header: a line break in it would begin another header. */
function headerValue(text: string): string | undefined {
  return /^[\x20-\x7e]+$/.test(text) ? text : undefined;
}

function withSlash(place: string): string {
  return place.endsWith('/') ? place : `${place}/`;
}
