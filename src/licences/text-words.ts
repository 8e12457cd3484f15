/** A word of a licence text in the form that texts are compared by, and where it stood. */
export interface TextWord {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The words of a licence text without what may differ (SPDX licence matching guidelines, annex of SPDX 3.0.1): case, punctuation,
 * bullets, spelling variants, copyright lines and "all rights reserved". Linear in the text.
 */
export function textWords(text: string): readonly TextWord[] {
  const words: TextWord[] = [];
  for (const line of text.matchAll(/[^\r\n]+/g)) {
    if (isCopyrightLine(line[0])) continue;
    const bulletLength = bullet.exec(line[0])?.[0].length ?? 0;
    for (const match of line[0].slice(bulletLength).matchAll(wordPattern)) {
      const word = comparable(match[0]);
      if (articles.has(word)) continue;
      const start = line.index + bulletLength + match.index;
      words.push({ word, start, end: start + match[0].length });
    }
  }
  return withoutReservation(words);
}

const wordPattern = /[\p{L}\p{N}]+(?:['’.@:/-]+[\p{L}\p{N}]+)*/gu;

/** `1.`, `(a)`, `iv)`, `*`, `-`, `//`, `#`, and the like at the start of a line. */
const bullet = /^[\s*#/>|;%"“-]{0,80}(?:\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-z]|[ivx]{1,4})(?:\.|\))+(?=\s)\s*)?/iu;

/**
 * A line that only says whose copyright it is. A clause may wrap so that its next line begins with the same word
 * ("copyright notice, this list of conditions"), and such a line is text.
 */
function isCopyrightLine(line: string): boolean {
  const rest = /^[\s*#/>|;%"“-]{0,80}(?:portions? )?(?:copyright|©|\(c\))(?:\s*(?:\(c\)|©|:))*\s*(.{0,200})/iu.exec(line)?.[1];
  if (rest === undefined) return false;
  return !/^(?:notices?|holders?|owners?|laws?|licen[sc]es?|statements?|interests?|disclaimers?|and related|and licen[sc]e|in |to |or |as |that |is |are |patent|treat|protect|permission|covering|for )/i.test(
    rest,
  );
}

/** They come and go with a name: "the author disclaims", "ISC disclaims". */
const articles: ReadonlySet<string> = new Set(['a', 'an', 'the']);

/** Spellings of one word, and the many words for whoever grants the licence. */
const variants: ReadonlyMap<string, string> = new Map([
  ['authors', 'author'],
  ['holder', 'author'],
  ['holders', 'author'],
  ['isc', 'author'],
  ['owner', 'author'],
  ['owners', 'author'],
  ['regents', 'author'],
  ['acknowledgement', 'acknowledgment'],
  ['analogue', 'analog'],
  ['authorisation', 'authorization'],
  ['authorised', 'authorized'],
  ['cancelled', 'canceled'],
  ['copyrights', 'copyright'],
  ['favour', 'favor'],
  ['fulfil', 'fulfill'],
  ['honour', 'honor'],
  ['initialise', 'initialize'],
  ['judgement', 'judgment'],
  ['licence', 'license'],
  ['licences', 'licenses'],
  ['licenced', 'licensed'],
  ['noninfringement', 'non-infringement'],
  ['organisation', 'organization'],
  ['realise', 'realize'],
  ['recognise', 'recognize'],
  ['redistributions', 'redistribution'],
  ['sublicence', 'sublicense'],
  ['sub-license', 'sublicense'],
  ['whilst', 'while'],
  ['wilful', 'willful'],
]);

function comparable(written: string): string {
  const word = written
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/^https:/, 'http:');
  return variants.get(word) ?? word;
}

function withoutReservation(words: readonly TextWord[]): readonly TextWord[] {
  const isReservation = (index: number): boolean =>
    words[index]?.word === 'all' && words[index + 1]?.word === 'rights' && words[index + 2]?.word === 'reserved';
  return words.filter((_, index) => !isReservation(index) && !isReservation(index - 1) && !isReservation(index - 2));
}
