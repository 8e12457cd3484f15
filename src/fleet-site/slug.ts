import { createHash } from 'node:crypto';

/**
 * A file name for a repository: readable, safe on every file system, and another one for every other name, whatever its letters
 * and their case.
 */
export function slugOf(repository: string): string {
  const readable = repository
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replaceAll(/^-|-$/g, '');
  const digest = createHash('sha256').update(repository).digest('hex').slice(0, 12);
  return readable === '' ? digest : `${readable}-${digest}`;
}
