import { createHash } from 'node:crypto';
import { readLicenceField } from './field.ts';
import type { DetectedLicence } from './text.ts';
import { detectLicences } from './text.ts';
import type { TextIndex } from './text-index.ts';

/** What a licence file says, with the digest that a clarification can be pinned to. */
export interface DescribedLicenceFile {
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
  readonly licences: readonly DetectedLicence[];
  readonly references: readonly string[];
  readonly hasOwnConditions: boolean;
}

/**
 * Whether a path in a package (relative, posix) may state its terms: LICENSE, LICENCE, COPYING, UNLICENSE, NOTICE in its top
 * folder or in `LICENSES/`, or the file that its licence field points to.
 */
export function isLicenceFile(path: string, field?: unknown): boolean {
  if (/^(?:licenses?\/)?[^/]*$/i.test(path) && /(?:^|[/._-])(?:un)?licen[sc]e|(?:^|\/)(?:copying|notice|lisence)(?:[._-]|$)/i.test(path)) {
    return !/\.(?:[cm]?[jt]sx?|json|map|css|s?html?\.\w+)$/i.test(path);
  }
  return path === readLicenceField(field).file?.replace(/^\.\//, '');
}

/** Reads one licence file's bytes. Text that is no UTF-8 is read as far as it goes. */
export function describeLicenceFile(path: string, bytes: Uint8Array, index: TextIndex): DescribedLicenceFile {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const { licences, references, hasOwnConditions } = detectLicences(text, index);
  return { path, text, sha256: createHash('sha256').update(bytes).digest('hex'), licences, references, hasOwnConditions };
}
