/** Characters that people put between words, forget, and mix up; a scope's `@` and `/` among them. */
const delimiters = '-_./@';

/** By character code: the lower-case code that names are compared by, 0 for a delimiter. A table, for it is read millions of times. */
export const squashCodes: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  return delimiters.includes(character) ? 0 : character.toLowerCase().charCodeAt(0);
});

/** A name without its delimiters, in lower case: the same for `cross-env`, `crossenv` and `@cross/env`. */
export function squash(name: string): string {
  return name.toLowerCase().replaceAll(/[-_./@]/g, '');
}
