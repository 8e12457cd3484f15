import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Tarball, type TarballFile, isTarball } from '../evidence/tarball.ts';

/** Facts about immutable bytes, as the cache holds them: one line, compressed, a file in as few characters as it takes. */
export function encodeTarball(tarball: Tarball): string {
  const compact = tarball.status === 'read' ? { ...tarball, files: tarball.files.map(rowOf) } : tarball;
  return deflateRawSync(JSON.stringify(compact), { level: 1 }).toString('base64');
}

/** Undefined for anything that this version did not write. */
export function decodeTarball(record: string): Tarball | undefined {
  const parsed = parse(record);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const value: unknown = 'files' in parsed && Array.isArray(parsed.files) ? { ...parsed, files: parsed.files.map(fileOf) } : parsed;
  return isTarball(value) ? value : undefined;
}

const maxRecord = 64 * 1024 * 1024;

function parse(record: string): unknown {
  try {
    return JSON.parse(inflateRawSync(Buffer.from(record, 'base64'), { maxOutputLength: maxRecord }).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return undefined;
    throw error;
  }
}

function rowOf({ path, size, mode, binary }: TarballFile): readonly unknown[] {
  return binary === undefined ? [path, size, mode] : [path, size, mode, binary];
}

function fileOf(row: unknown): unknown {
  if (!Array.isArray(row)) return row;
  const [path, size, mode, binary] = row as unknown[]; // an array of anything: the shape is proven afterwards
  return { path, size, mode, ...(binary === undefined ? {} : { binary }) };
}
