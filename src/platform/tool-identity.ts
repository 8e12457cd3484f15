import { statSync } from 'node:fs';

/** Tells one build of this tool from another, for what is remembered between runs: a version alone stays the same while one is worked on. */
export function toolIdentity(version: string): string {
  const { mtimeMs, size } = statSync(new URL(import.meta.url));
  return `${version} ${mtimeMs} ${size} node ${process.version}`;
}
