/** Hash algorithms that lockfiles have used, strongest first. */
export const hashAlgorithms = ['sha512', 'sha384', 'sha256', 'sha1', 'md5'] as const;
export type HashAlgorithm = (typeof hashAlgorithms)[number];

/** One digest over a tarball. `digest` is lower-case hexadecimal of exactly the algorithm's length. */
export interface Hash {
  readonly algorithm: HashAlgorithm;
  readonly digest: string;
}

/** All digests that a lockfile or registry gives for one tarball, strongest first, no duplicates, never empty. */
export type Integrity = readonly [Hash, ...Hash[]];

const digestBytes: Readonly<Record<HashAlgorithm, number>> = { sha512: 64, sha384: 48, sha256: 32, sha1: 20, md5: 16 };

const scratch = Buffer.alloc(digestBytes.sha512);

/**
 * Reads a Subresource Integrity string (W3C SRI, with sha1 and md5 as npm has written them), one or many hashes.
 * Returns undefined when no part of it is a well-formed hash of a known algorithm: a malformed digest never counts.
 */
export function parseIntegrity(text: string): Integrity | undefined {
  // What nearly every package has: one SHA-512, read without a buffer of its own.
  if (text.length === 95 && /^sha512-[A-Za-z0-9+/]{86}==$/.test(text) && scratch.write(text.slice(7), 'base64') === scratch.length)
    return [{ algorithm: 'sha512', digest: scratch.toString('hex') }];
  const hashes: Hash[] = [];
  for (const part of /\s/.test(text) ? text.trim().split(/\s+/) : [text]) {
    const match = /^(sha512|sha384|sha256|sha1|md5)-([A-Za-z0-9+/]+={0,2})(?:\?.*)?$/.exec(part);
    if (match === null) continue;
    const [, algorithm = '', base64 = ''] = match;
    const bytes = Buffer.from(base64, 'base64');
    if (isHashAlgorithm(algorithm) && bytes.length === digestBytes[algorithm]) hashes.push({ algorithm, digest: bytes.toString('hex') });
  }
  return integrityOf(hashes);
}

/** A hash from a hexadecimal digest (yarn classic's `#<sha1>`, a registry's `shasum`); undefined when the length does not fit. */
export function hashFromHex(algorithm: HashAlgorithm, hex: string): Hash | undefined {
  const isDigest = hex.length === digestBytes[algorithm] * 2 && /^[0-9a-f]+$/i.test(hex);
  return isDigest ? { algorithm, digest: hex.toLowerCase() } : undefined;
}

/** Sorts by strength and drops duplicates; undefined for an empty list. */
export function integrityOf(hashes: readonly Hash[]): Integrity | undefined {
  const [only, other, ...others] = hashes;
  // Nearly every package has one, or a strong and a weak one.
  if (only !== undefined && other === undefined) return [only];
  if (only !== undefined && other !== undefined && others.length === 0 && strengthOf(only) < strengthOf(other)) return [only, other];
  const unique = new Map(hashes.map((hash) => [`${hash.algorithm}-${hash.digest}`, hash]));
  const [first, ...rest] = [...unique.values()].sort((a, b) => strengthOf(a) - strengthOf(b) || (a.digest < b.digest ? -1 : 1));
  return first === undefined ? undefined : [first, ...rest];
}

/** Its algorithm's place: the lower the stronger. */
function strengthOf({ algorithm }: Hash): number {
  return hashAlgorithms.indexOf(algorithm);
}

/** Writes the hash as an SRI part, e.g. `sha512-...=`. */
export function formatHash(hash: Hash): string {
  return `${hash.algorithm}-${Buffer.from(hash.digest, 'hex').toString('base64')}`;
}

/** Evidence about a version is named by its digests, and asked for by every check: they are written once. */
const written = new WeakMap<Integrity, string>();

/** The SRI string of all hashes, strongest first. */
export function formatIntegrity(integrity: Integrity): string {
  const known = written.get(integrity) ?? integrity.map(formatHash).join(' ');
  written.set(integrity, known);
  return known;
}

/**
 * Compares by the strongest algorithm that both sides name: `equal` only when a digest of it matches,
 * `different` when none does, `incomparable` when no algorithm is shared.
 */
export function compareIntegrity(a: Integrity, b: Integrity): 'equal' | 'different' | 'incomparable' {
  if (a[0].digest === b[0].digest && a[0].algorithm === b[0].algorithm) return 'equal'; // the strongest of both, and nearly always so
  for (const algorithm of hashAlgorithms) {
    const left = a.filter((hash) => hash.algorithm === algorithm);
    const right = b.filter((hash) => hash.algorithm === algorithm);
    if (left.length === 0 || right.length === 0) continue;
    return left.some((hash) => right.some((other) => other.digest === hash.digest)) ? 'equal' : 'different';
  }
  return 'incomparable';
}

function isHashAlgorithm(text: string): text is HashAlgorithm {
  return (hashAlgorithms as readonly string[]).includes(text); // widened to ask about any string
}
