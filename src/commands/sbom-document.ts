import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { readFileBytes } from '../platform/files.ts';
import { type SbomReading, readCycloneDX } from '../sbom/read.ts';

const largestDocument = 256 * 1024 * 1024;

/** A CycloneDX JSON document given on the command line. Throws `GateError` where it is missing or unreadable. */
export function readDocument(
  path: string | undefined,
  argument: string,
  cwd: string,
): { readonly name: string; readonly text: string; readonly reading: SbomReading } {
  const { name, text, digest } = readDocumentText(path, argument, cwd);
  return { name, text, reading: readCycloneDX({ path: name, text, digest }) };
}

/** Its text alone. */
export function readDocumentText(
  path: string | undefined,
  argument: string,
  cwd: string,
): { readonly name: string; readonly text: string; readonly digest: string } {
  if (path === undefined) throw new GateError('usage', `${argument} is missing`, { hint: 'name a CycloneDX JSON file' });
  const bytes = readFileBytes(resolve(cwd, path), largestDocument, path);
  return { name: path, text: Buffer.from(bytes).toString('utf8'), digest: createHash('sha256').update(bytes).digest('hex') };
}
