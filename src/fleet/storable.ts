import { createHash } from 'node:crypto';

/**
 * Text that every column takes: well-formed, without NUL (PostgreSQL has none), and short enough for an index. What is cut ends in a
 * digest of the whole, so that two texts stay two.
 */
export function storable(text: string, limit: number): string {
  const safe = text.toWellFormed().replaceAll('\0', '\u2400');
  if (safe.length <= limit) return safe;
  const head = safe.slice(0, limit - 33).replace(/[\ud800-\udbff]$/, '');
  return `${head}…${digestOf(text)}`;
}

/** Names a content: 32 hexadecimal digits of its SHA-256. */
export function digestOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

/** Index entries of PostgreSQL hold some 2,700 bytes, and a character is at most four: two of these fit. */
export const longestName = 300;
export const longestPath = 600;
export const longestText = 4_000;
