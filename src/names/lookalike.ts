/** Why a name cannot be, or should not be, a package's name. */
export type NameFault =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-long'; readonly length: number }
  /** Reorders or hides text on a screen. */
  | { readonly kind: 'hidden'; readonly codePoint: number }
  | { readonly kind: 'control'; readonly codePoint: number }
  /** Outside ASCII; `reads` is what a person reads, where it reads as ASCII. */
  | { readonly kind: 'unicode'; readonly codePoint: number; readonly reads?: string }
  /** A package manager's command line takes it for an option. */
  | { readonly kind: 'option' }
  | { readonly kind: 'malformed'; readonly why: string }
  /** Allowed for packages from before 2015 only. */
  | { readonly kind: 'upper-case' };

/** npm's limit, scope included. Source: validate-npm-package-name. */
export const longestName = 214;

/**
 * Judges the letters of a name alone, before any request: undefined for a name that the registry would accept today. The worst
 * fault is named. Sources: npm's `package.json` name rules; Unicode UTS 39 for what hides or confuses.
 */
export function nameFault(name: string): NameFault | undefined {
  if (name === '') return { kind: 'empty' };
  if (name.length > longestName) return { kind: 'too-long', length: name.length };
  const foreign = /[^\u{20}-\u{7e}]/u.exec(name)?.[0];
  if (foreign !== undefined) return foreignFault(name, foreign.codePointAt(0) ?? 0);
  if (name.startsWith('-')) return { kind: 'option' };
  const why = malformation(name);
  if (why !== undefined) return { kind: 'malformed', why };
  return name === name.toLowerCase() ? undefined : { kind: 'upper-case' };
}

/** @param first the first code point that is not printable ASCII */
function foreignFault(name: string, first: number): NameFault {
  for (const character of name) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (isHidden(codePoint)) return { kind: 'hidden', codePoint };
    if (codePoint < 0x20 || (codePoint >= 0x7f && codePoint < 0xa0)) return { kind: 'control', codePoint };
  }
  const reads = asciiReading(name);
  return { kind: 'unicode', codePoint: first, ...(reads === undefined ? {} : { reads }) };
}

/** Bidirectional controls, zero-width and other invisible characters, variation selectors and tags. */
function isHidden(codePoint: number): boolean {
  return hiddenRanges.some(([from, to]) => codePoint >= from && codePoint <= to);
}

const hiddenRanges: readonly (readonly [number, number])[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe0fff],
];

function malformation(name: string): string | undefined {
  const parts = name.startsWith('@') ? /^@([^/]*)\/(.*)$/s.exec(name) : ['', 'unscoped', name];
  if (parts === null) return 'a scope without a name';
  const [, scope = '', base = ''] = parts;
  if (scope === '' || base === '') return 'a scope without a name, or a name without a scope';
  if (/[.-]/.test(scope.slice(0, 1)) || /[._]/.test(base.slice(0, 1))) return 'it begins with a dot or an underscore';
  const bad = /[^A-Za-z0-9._~-]/.exec(scope)?.[0] ?? /[^A-Za-z0-9._~-]/.exec(base)?.[0];
  // Old packages have !'()* in their names; everything else would be escaped in a URL.
  if (bad !== undefined && !/[!'()*]/.test(bad)) return `it contains ${JSON.stringify(bad)}`;
  return ['node_modules', 'favicon.ico', '.', '..'].includes(base.toLowerCase()) ? 'the name is reserved' : undefined;
}

/** Letters of other scripts, and full-width forms, that read as an ASCII letter. Source: a selection of Unicode's confusables. */
const confusables: Readonly<Record<string, string>> = {
  а: 'a',
  ɑ: 'a',
  α: 'a',
  Ь: 'b',
  с: 'c',
  ϲ: 'c',
  ԁ: 'd',
  е: 'e',
  ҽ: 'e',
  ɡ: 'g',
  һ: 'h',
  і: 'i',
  ı: 'i',
  ι: 'i',
  ј: 'j',
  κ: 'k',
  ӏ: 'l',
  ǀ: 'l',
  м: 'm',
  п: 'n',
  ո: 'n',
  о: 'o',
  ο: 'o',
  օ: 'o',
  р: 'p',
  ρ: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  т: 't',
  τ: 't',
  υ: 'u',
  ս: 'u',
  ν: 'v',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  у: 'y',
  ү: 'y',
  ᴢ: 'z',
  '‐': '-',
  '‑': '-',
  '‒': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '․': '.',
  '∕': '/',
  '⁄': '/',
};

/** What a person reads, where every character reads as ASCII. */
function asciiReading(name: string): string | undefined {
  const reading = Array.from(name.normalize('NFKD').replaceAll(/\p{M}/gu, ''), (character) => confusables[character] ?? character).join('');
  return /^[!-~]+$/.test(reading) ? reading : undefined;
}
