/**
 * The words of a licence name or id that tell it apart, in small letters: letters and digits separated (`GPLv3` is `gpl` `3`),
 * `2.0` as `2`, without "the", "license", "software", "version" and the month of a version. Two spellings of one licence
 * have the same words. A character that is neither part of a word nor punctuation stays as a word of its own,
 * so that nothing unknown is ever dropped.
 */
export function nameWords(text: string): readonly string[] {
  const spaced = text
    .toLowerCase()
    .replaceAll(/\b(?:[a-z]\.){2,}[a-z]?(?![a-z])/g, (letters) => letters.replaceAll('.', ''))
    .replaceAll(/([a-z])v(?=\d)/g, '$1 v')
    .replaceAll(/>=\s*(\d[\d.]{0,8})/g, '$1 +')
    .replaceAll(orLater, ' + ');
  const words = spaced.match(/\d+(?:\.\d+)*|[a-z]+|[^\sa-z0-9.,:;"'()[\]<>/_-]/g) ?? [];
  return words
    .filter((word, index) => !noise.has(word) && !isDate(words, index))
    .map((word) => (/^\d/.test(word) ? word.replace(/(?:\.0+)+$/, '') : (spelledOut.get(word) ?? word)));
}

const orLater =
  /[\s,]*\b(?:or|and)[\s-]+(?:\(at your option\)\s*)?(?:any[\s-]+)?(?:later|newer|greater|above|higher)(?:[\s-]+versions?)?\b/g;

const noise: ReadonlySet<string> = new Set(
  'a an the v ver version versions license licence licenses licences lisence liscense licensed software'.split(' '),
);

const spelledOut: ReadonlyMap<string, string> = new Map([
  ['zero', '0'],
  ['one', '1'],
  ['two', '2'],
  ['three', '3'],
  ['four', '4'],
  ['clauses', 'clause'],
]);

const months: ReadonlySet<string> = new Set(
  'january february march april may june july august september october november december'.split(' '),
);

/** "January 2004" and "29 June 2007" after a version: all of it goes. */
function isDate(words: readonly string[], index: number): boolean {
  const isMonthAt = (at: number): boolean => months.has(words[at] ?? '') && /^(?:19|20)\d\d$/.test(words[at + 1] ?? '');
  return (
    isMonthAt(index) ||
    isMonthAt(index - 1) ||
    (isMonthAt(index + 1) && /^[0-3]?\d$/.test(words[index] ?? '') && words[index - 1] !== 'version')
  );
}
