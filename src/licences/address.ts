import { findLicence } from './spdx-list.ts';

/**
 * The licence that a well-known address names, as a current SPDX id, or undefined. Host and path have to fit exactly; nothing is ever
 * fetched. An address without a version (`gnu.org/licenses/gpl.html` shows the newest) names no licence.
 */
export function licenceAtAddress(address: string): string | undefined {
  const url = parseAddress(address);
  if (url === undefined) return undefined;
  const host = url.hostname.replace(/^www\./, '');
  const path = url.pathname.replace(/\/+$/, '').toLowerCase();
  if (/^(?:[a-z0-9-]+\.)?mit-license\.org$/.test(host) && /^(?:\/\d{4})?$/.test(path)) return 'MIT';
  return byId(host, path) ?? creativeCommons(host, path) ?? addresses.get(`${host}${path.replace(/(?:\.en)?\.(?:html?|txt|php|md)$/, '')}`);
}

/** Whether a text is one address and nothing else; a scheme is not needed where a host name is unmistakable. */
export function isAddress(text: string): boolean {
  return parseAddress(text) !== undefined;
}

function parseAddress(text: string): URL | undefined {
  const bare = text.replaceAll(/^<|>$/g, '');
  if (bare.length > 500 || /\s/.test(bare)) return undefined;
  const hasScheme = /^https?:\/\//i.test(bare);
  const isHost = /^(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|me|co|edu|gov|de|fr|uk|eu|ru|cn|jp)(?:\/\S*)?$/i.test(bare);
  if ((!hasScheme && !isHost) || !URL.canParse(hasScheme ? bare : `https://${bare}`)) return undefined;
  const url = new URL(hasScheme ? bare : `https://${bare}`);
  return url.username === '' && url.password === '' && url.port === '' ? url : undefined;
}

/** Sites whose path ends in the SPDX id. */
function byId(host: string, path: string): string | undefined {
  const id = /^\/licen[sc]es?\/([a-z0-9.+-]+?)(?:\.(?:html?|txt|json|php))?$/.exec(path)?.[1];
  if (id === undefined || !idSites.has(host)) return undefined;
  return findLicence(id)?.id;
}

const idSites: ReadonlySet<string> = new Set(['spdx.org', 'opensource.org', 'choosealicense.com']);

function creativeCommons(host: string, path: string): string | undefined {
  if (host !== 'creativecommons.org') return undefined;
  if (/^\/publicdomain\/zero\/1\.0(?:\/(?:deed[a-z.-]*|legalcode[a-z.-]*))?$/.test(path)) return 'CC0-1.0';
  const match = /^\/licenses\/([a-z-]+)\/(\d\.\d)(?:\/(?:deed[a-z.-]*|legalcode[a-z.-]*))?$/.exec(path);
  return match === null ? undefined : findLicence(`CC-${match[1] ?? ''}-${match[2] ?? ''}`)?.id;
}

/** Host and path, small letters, without `www.`, without extension. */
const addresses: ReadonlyMap<string, string> = new Map([
  ['apache.org/licenses/license-2.0', 'Apache-2.0'],
  ['apache.org/licenses/license-1.1', 'Apache-1.1'],
  ['opensource.org/licenses/apache2.0', 'Apache-2.0'],
  ['opensource.org/licenses/mit-license', 'MIT'],
  ['opensource.org/licenses/isc-license', 'ISC'],
  ['choosealicense.com/licenses/bsd-2-clause', 'BSD-2-Clause'],
  ['gnu.org/licenses/gpl-2.0', 'GPL-2.0-only'],
  ['gnu.org/licenses/old-licenses/gpl-2.0', 'GPL-2.0-only'],
  ['gnu.org/licenses/gpl-3.0', 'GPL-3.0-only'],
  ['gnu.org/licenses/lgpl-2.1', 'LGPL-2.1-only'],
  ['gnu.org/licenses/old-licenses/lgpl-2.1', 'LGPL-2.1-only'],
  ['gnu.org/licenses/lgpl-3.0', 'LGPL-3.0-only'],
  ['gnu.org/licenses/agpl-3.0', 'AGPL-3.0-only'],
  ['mozilla.org/mpl/2.0', 'MPL-2.0'],
  ['mozilla.org/en-us/mpl/2.0', 'MPL-2.0'],
  ['mozilla.org/mpl/mpl-1.1', 'MPL-1.1'],
  ['eclipse.org/legal/epl-v10', 'EPL-1.0'],
  ['eclipse.org/legal/epl-v20', 'EPL-2.0'],
  ['eclipse.org/legal/epl-2.0', 'EPL-2.0'],
  ['boost.org/license_1_0', 'BSL-1.0'],
  ['unlicense.org', 'Unlicense'],
  ['wtfpl.net', 'WTFPL'],
  ['wtfpl.net/txt/copying', 'WTFPL'],
  ['sam.zoy.org/wtfpl', 'WTFPL'],
  ['blueoakcouncil.org/license/1.0.0', 'BlueOak-1.0.0'],
  ['scripts.sil.org/ofl', 'OFL-1.1'],
  ['openfontlicense.org', 'OFL-1.1'],
  ['polymer.github.io/license', 'BSD-3-Clause'],
  ['jquery.org/license', 'MIT'],
  ['angular.io/license', 'MIT'],
]);
