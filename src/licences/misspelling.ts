import { isWithin } from './edit-distance.ts';

/**
 * Licences whose usual spelling is close to a text: one edit for short words, two for longer ones. Only well-known
 * licences are proposed, and only to a person.
 */
export function nearestLicences(text: string): readonly string[] {
  const letters = text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (letters.length < 3 || letters.length > 40 || text.trim().split(/\s+/).length > 6) return [];
  const near = [...spellings].filter(([spelling]) => isWithin(letters, spelling, Math.max(letters.length, spelling.length) <= 6 ? 1 : 2));
  return [...new Set(near.map(([, id]) => id))];
}

const spellings: ReadonlyMap<string, string> = new Map([
  ['mit', 'MIT'],
  ['mitlicense', 'MIT'],
  ['isc', 'ISC'],
  ['isclicense', 'ISC'],
  ['bsd', 'BSD-3-Clause'],
  ['bsd2clause', 'BSD-2-Clause'],
  ['bsd3clause', 'BSD-3-Clause'],
  ['0bsd', '0BSD'],
  ['gpl', 'GPL-3.0-only'],
  ['gnugpl', 'GPL-3.0-only'],
  ['gpl20', 'GPL-2.0-only'],
  ['gplv2', 'GPL-2.0-only'],
  ['gpl30', 'GPL-3.0-only'],
  ['gplv3', 'GPL-3.0-only'],
  ['lgpl', 'LGPL-3.0-only'],
  ['lgplv3', 'LGPL-3.0-only'],
  ['agpl', 'AGPL-3.0-only'],
  ['agplv3', 'AGPL-3.0-only'],
  ['mpl', 'MPL-2.0'],
  ['mpl20', 'MPL-2.0'],
  ['apache', 'Apache-2.0'],
  ['apache2', 'Apache-2.0'],
  ['apache20', 'Apache-2.0'],
  ['apachelicense20', 'Apache-2.0'],
  ['cc010', 'CC0-1.0'],
  ['ccby40', 'CC-BY-4.0'],
  ['wtfpl', 'WTFPL'],
  ['unlicense', 'Unlicense'],
  ['artistic20', 'Artistic-2.0'],
  ['eupl12', 'EUPL-1.2'],
  ['blueoak100', 'BlueOak-1.0.0'],
  ['zlib', 'Zlib'],
]);
