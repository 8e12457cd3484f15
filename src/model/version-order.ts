/**
 * Orders versions by the precedence of Semantic Versioning 2.0.0 (clause 11): build metadata does not count. What is no
 * semver comes first, by code unit. Total and linear, for any text.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  if (left === undefined || right === undefined) return left === right ? codeUnits(a, b) : left === undefined ? -1 : 1;
  for (const index of [0, 1, 2]) {
    const difference = compareNumbers(left.numbers[index] ?? '0', right.numbers[index] ?? '0');
    if (difference !== 0) return difference;
  }
  return comparePrereleases(left.prerelease, right.prerelease);
}

function parse(version: string): { readonly numbers: readonly string[]; readonly prerelease: readonly string[] } | undefined {
  const match = /^(\d{1,16})\.(\d{1,16})\.(\d{1,16})(?:-([0-9A-Za-z.-]{1,256}))?(?:\+[0-9A-Za-z.-]{1,256})?$/.exec(version);
  if (match === null) return undefined;
  return { numbers: match.slice(1, 4), prerelease: match[4]?.split('.') ?? [] };
}

/** A release comes after its prereleases; numeric identifiers come before words; more identifiers come after fewer. */
function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const [isLeftNumber, isRightNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
    const difference =
      isLeftNumber && isRightNumber ? compareNumbers(left, right) : isLeftNumber ? -1 : isRightNumber ? 1 : codeUnits(left, right);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Digits without a sign, compared as the numbers that they write, however long. */
function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [withoutZeros(a), withoutZeros(b)];
  return left.length - right.length || codeUnits(left, right);
}

function withoutZeros(digits: string): string {
  return digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits;
}

function codeUnits(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
