import { statSync } from 'node:fs';

/**
 * Tells one build of this tool from another, for what is remembered between runs: a version alone stays the same while one is worked
 * on. The time at which the file came to this disk counts, since packages are unpacked with one and the same date of change.
 */
export function toolIdentity(version: string): string {
  const { ctimeMs, size } = statSync(new URL(import.meta.url));
  return `${version} ${ctimeMs} ${size} node ${process.version}`;
}
