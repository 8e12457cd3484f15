import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { readFileBytes } from '../platform/files.ts';

const largestArtifact = 1024 ** 3;

/** SHA-256 of a file, hexadecimal: what statements call it by. Throws `GateError` where there is none, and above 1 GiB. */
export function artifactDigest(path: string, cwd: string): string {
  return createHash('sha256')
    .update(readFileBytes(resolve(cwd, path), largestArtifact, path))
    .digest('hex');
}
