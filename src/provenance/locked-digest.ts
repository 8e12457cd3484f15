import type { Hash, Integrity } from '../model/integrity.ts';
import { refuse } from './verdict.ts';

/**
 * The SHA-512 that the lockfile names: registries sign no other digest and attestations name no other. With two of them
 * package managers install whatever fits either, so a proof over one says nothing about what will be installed.
 */
export function lockedSha512(integrity: Integrity, label: string): Hash {
  const [locked, ...others] = integrity.filter(({ algorithm }) => algorithm === 'sha512');
  if (locked === undefined) refuse('binding', 'lockfile-integrity', `the lockfile has no sha512 for ${label}, and nothing else is signed`);
  if (others.length > 0)
    refuse('binding', 'lockfile-integrity', `the lockfile has more than one sha512 for ${label}: either could be installed`);
  return locked;
}
