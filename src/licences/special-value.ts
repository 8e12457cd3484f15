import { isUnlicensed } from './unlicensed.ts';

/** A licence value that is no expression and whose meaning is known. */
export type SpecialValue =
  | { readonly kind: 'missing' | 'none' | 'noassertion' | 'unlicensed' }
  /** `file` is absent where an address stands, or nothing usable. */
  | { readonly kind: 'see-file'; readonly file?: string };

/** Recognises npm's and SPDX's own words; undefined for everything else. */
export function readSpecialValue(text: string | null | undefined): SpecialValue | undefined {
  if (text === null || text === undefined || text.trim() === '') return { kind: 'missing' };
  const trimmed = text.trim();
  if (trimmed === 'NONE') return { kind: 'none' };
  if (trimmed === 'NOASSERTION') return { kind: 'noassertion' };
  if (isUnlicensed(trimmed)) return { kind: 'unlicensed' };
  const pointer = seeFile.exec(trimmed)?.[1];
  if (pointer === undefined) return undefined;
  const file = fileName(pointer);
  return file === undefined ? { kind: 'see-file' } : { kind: 'see-file', file };
}

const seeFile = /^see(?: the)? (?:licen[sc]e|lisence)s? (?:in|at|file) (\S.{0,300})$/i;

/** The file that such words point to, without the quotes and the word "file" that people add. */
function fileName(pointer: string): string | undefined {
  const words = pointer
    .replace(/^the /i, '')
    .replace(/[ ,]+files?\.?$/i, '')
    .replaceAll(/^['"`<([]+|['"`>)\]]+$/g, '');
  return /^(?!https?:)[^\s:*?"<>|]+$/i.test(words) && !words.startsWith('/') && !words.split(/[/\\]/).includes('..') ? words : undefined;
}
