import { categoryOf } from './categories.ts';
import type { LicenceFamily } from './name-families.ts';
import { licenceFamilies } from './name-families.ts';
import { nameWords } from './name-words.ts';
import { findLicence, licenceIds } from './spdx-list.ts';
import names from './spdx-names.json' with { type: 'json' };
import { formatTerm } from './term.ts';

/** What a name means. */
export type NameReading =
  /** Exactly one licence, as an SPDX term. */
  | { readonly kind: 'exact'; readonly licence: string }
  /** No version is named and the licence's own text then lets the taker choose any. */
  | { readonly kind: 'any-version'; readonly licence: string }
  /** The licence is known, its version or variant is not. */
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] };

/**
 * Reads the name of one licence. Every word of it has to be understood; one that is not makes the answer undefined, because
 * an unknown word may change what is granted. "or later" is never added: a bare version means that version only.
 */
export function readLicenceName(text: string): NameReading | undefined {
  if (text.length > 300) return undefined;
  const words = nameWords(text);
  if (words.length === 0 || words.length > 20) return undefined;
  const id = dictionary().get(words.join(' '));
  if (id !== undefined) return id;
  return readFamily(words) ?? readBsd(text, words) ?? readCreativeCommons(words) ?? readBareWord(words);
}

/** Whether a text contains the name of a well-known licence among other words. */
export function mentionsLicence(text: string): boolean {
  const words = nameWords(text.slice(0, 2000));
  return words.some((word, index) => wellKnown.has(word) || wellKnown.has(`${word} ${words[index + 1] ?? ''}`));
}

/** The category that all candidates share, if any. */
export function commonCategory(candidates: readonly string[]): ReturnType<typeof categoryOf> {
  const categories = new Set(candidates.map(categoryOf));
  return categories.size === 1 ? [...categories][0] : undefined;
}

const wellKnown: ReadonlySet<string> = new Set(
  `mit,isc,bsd,gpl,lgpl,agpl,mpl,epl,apache,unlicense,wtfpl,zlib,boost,artistic,cddl,eupl,cecill,beerware,gnu,cc 0,cc by,
creative commons,mozilla public,eclipse public,general public,public domain`.split(/,\n?/),
);

let known: ReadonlyMap<string, NameReading> | undefined;

/** Every id and every name of the SPDX list by its words. Words that two licences share are no name for either. */
function dictionary(): ReadonlyMap<string, NameReading> {
  if (known !== undefined) return known;
  const byWords = new Map<string, Set<string>>();
  const deprecated = ['GPL', 'LGPL', 'AGPL', 'GFDL'].flatMap((name) =>
    ['1.0', '1.1', '1.2', '1.3', '2.0', '2.1', '3.0'].map((version) => `${name}-${version}`),
  );
  const spellings: readonly (readonly [string, string])[] = [
    ...licenceIds.map((id) => [id, id] as const),
    ...deprecated.map((id) => [id, id] as const),
    ...Object.entries(names.names),
  ].map(([id, spelling]) => [id, nameWords(spelling).join(' ')]);
  for (const [id, words] of spellings) {
    const listed = findLicence(id);
    if (listed !== undefined && words !== '') byWords.set(words, (byWords.get(words) ?? new Set()).add(listed.id));
  }
  const readings = new Map<string, NameReading>();
  for (const [words, ids] of byWords) {
    const [id = '', ...others] = ids;
    readings.set(words, others.length === 0 ? { kind: 'exact', licence: id } : { kind: 'ambiguous', candidates: [...ids].sort() });
  }
  known = readings;
  return known;
}

function readFamily(words: readonly string[]): NameReading | undefined {
  for (const family of licenceFamilies) {
    for (const name of family.names) {
      const nameLength = name.split(' ').length;
      if (words.slice(0, nameLength).join(' ') !== name) continue;
      const reading = readVersion(family, words.slice(nameLength));
      if (reading !== undefined) return reading;
    }
  }
  return undefined;
}

function readVersion(family: LicenceFamily, rest: readonly string[]): NameReading | undefined {
  const [version, range, ...more] = rest;
  if (version === undefined) {
    if (family.unversioned !== undefined) return { kind: 'exact', licence: family.unversioned };
    if (family.anyVersion !== undefined) return { kind: 'any-version', licence: family.anyVersion };
    return { kind: 'ambiguous', candidates: Object.values(family.versions) };
  }
  const id = Object.hasOwn(family.versions, version) ? family.versions[version] : undefined;
  if (id === undefined || more.length > 0) return undefined;
  if (range === undefined || (range === 'only' && id.endsWith('-only'))) return { kind: 'exact', licence: id };
  if (range !== '+') return undefined;
  return { kind: 'exact', licence: id.endsWith('-only') ? id.replace(/-only$/, '-or-later') : formatTerm({ id, orLater: true }) };
}

const bsdClauses: ReadonlyMap<string, string> = new Map([
  ['0', '0BSD'],
  ['1', 'BSD-1-Clause'],
  ['2', 'BSD-2-Clause'],
  ['3', 'BSD-3-Clause'],
  ['4', 'BSD-4-Clause'],
]);

const bsdNicknames: ReadonlyMap<string, string> = new Map([
  ['new', '3'],
  ['revised', '3'],
  ['simplified', '2'],
  ['freebsd', '2'],
  ['original', '4'],
  ['old', '4'],
]);

/** BSD licences are told apart by their clause count, which is no version: "BSD 2.0" says nothing. */
function readBsd(text: string, words: readonly string[]): NameReading | undefined {
  if (!words.includes('bsd') && words[0] !== 'freebsd') return undefined;
  const rest = words.filter((word) => word !== 'bsd' && word !== 'clause' && word !== 'or');
  const counts = new Set(rest.map((word) => bsdNicknames.get(word) ?? word));
  const isVersion = /\d\.\d/.test(text) && counts.size === 1 && /^\d/.test([...counts].join());
  if (counts.size === 0 || isVersion) return { kind: 'ambiguous', candidates: ['BSD-2-Clause', 'BSD-3-Clause', 'BSD-4-Clause', '0BSD'] };
  const [count = ''] = counts;
  const id = counts.size === 1 ? bsdClauses.get(count) : undefined;
  return id === undefined ? undefined : { kind: 'exact', licence: id };
}

const elementWords: ReadonlyMap<string, string> = new Map([
  ['by', 'BY'],
  ['attribution', 'BY'],
  ['nc', 'NC'],
  ['noncommercial', 'NC'],
  ['sa', 'SA'],
  ['sharealike', 'SA'],
  ['nd', 'ND'],
  ['noderivs', 'ND'],
  ['noderivatives', 'ND'],
]);

/** Creative Commons: elements in any order, then a version. */
function readCreativeCommons(words: readonly string[]): NameReading | undefined {
  const text = ` ${words.join(' ')} `;
  if (!/^ (?:cc|creative commons) /.test(text)) return undefined;
  const rest = text
    .replace(/^ (?:cc|creative commons) /, ' ')
    .replace(' share alike ', ' sa ')
    .replace(' non commercial ', ' nc ')
    .replace(/ no (?:derivs|derivatives) /, ' nd ')
    .replace(/ (?:international|unported|generic|universal)(?: public)? $/, ' ')
    .trim();
  if (rest === '0' || rest === '0 1') return { kind: 'exact', licence: 'CC0-1.0' };
  const parts = rest === '' ? [] : rest.split(' ');
  const version = parts.find((part) => /^\d/.test(part));
  const elements = parts.filter((part) => part !== version).map((part) => elementWords.get(part));
  if (elements.includes(undefined)) return undefined;
  const stem = `CC-${['BY', 'NC', 'ND', 'SA'].filter((element) => elements.includes(element)).join('-')}`;
  if (version === undefined)
    return {
      kind: 'ambiguous',
      candidates: licenceIds.filter((id) => elements.length > 0 && id.startsWith(`${stem}-`) && /^\d\.\d$/.test(id.slice(stem.length + 1))),
    };
  const listed = findLicence(`${stem}-${version.includes('.') ? version : `${version}.0`}`);
  return listed === undefined ? undefined : { kind: 'exact', licence: listed.id };
}

/** Names that stand for more than one licence, whatever their version. */
function readBareWord(words: readonly string[]): NameReading | undefined {
  const [name, version, ...more] = words;
  if (more.length > 0) return undefined;
  const number = version === undefined || version.includes('.') ? (version ?? '') : `${version}.0`;
  if (name === 'gnu') {
    const candidates = ['GPL', 'LGPL', 'AGPL'].map((family) => findLicence(`${family}-${number === '' ? '3.0' : number}`)?.id ?? '');
    return { kind: 'ambiguous', candidates: candidates.filter((id) => id !== '') };
  }
  // Boost and Business Source share the letters; only the number can tell them apart, and Boost never had a 1.1.
  if (name === 'bsl') return { kind: 'ambiguous', candidates: version === '1.1' ? ['BUSL-1.1'] : ['BSL-1.0', 'BUSL-1.1'] };
  return undefined;
}
