const upperA = 65;
const upperZ = 90;

/** Characters that people put between words, forget, and mix up; a scope's `@` and `/` among them. */
export function isDelimiter(code: number): boolean {
  return code === 45 || code === 95 || code === 46 || code === 47 || code === 64; // - _ . / @
}

/** ASCII lower case; delimiters are 0. The unit in which names are compared. */
export function squashCode(code: number): number {
  if (isDelimiter(code)) return 0;
  return code >= upperA && code <= upperZ ? code + 32 : code;
}

/** A name without its delimiters, in lower case: the same for `cross-env`, `crossenv` and `@cross/env`. */
export function squash(name: string): string {
  return name.toLowerCase().replaceAll(/[-_./@]/g, '');
}
