import type { Tarball, TarballContent, TarballFile, TarballText } from '../../src/evidence/tarball.ts';
import { integrityOf } from '../support/inventory.ts';

const url = 'https://registry.example/left-pad/-/left-pad-1.3.0.tgz';

/** The content of left-pad@1.3.0 as a collector might have read it; everything can be replaced. */
export function tarballOf(over: Partial<TarballContent> = {}): TarballContent {
  return {
    status: 'read',
    url,
    digests: integrityOf(1),
    size: 1_000,
    unpackedSize: 3_000,
    files: [file('index.js'), file('package.json')],
    texts: [],
    manifest: manifestOf(),
    scriptTargets: [],
    bundled: [],
    oddities: [],
    ...over,
  };
}

/** The package.json of left-pad@1.3.0. */
export function manifestOf(over: Partial<NonNullable<TarballContent['manifest']>> = {}): NonNullable<TarballContent['manifest']> {
  return { name: 'left-pad', version: '1.3.0', scripts: {}, dependencies: {}, optionalDependencies: {}, bin: {}, ...over };
}

/** A file of 100 bytes. */
export function file(path: string, over: Partial<TarballFile> = {}): TarballFile {
  return { path, size: 100, mode: 0o644, ...over };
}

/** A kept text; the digest is made from one byte. */
export function text(path: string, content: string, byte = 1): TarballText {
  return { path, text: content, sha256: byte.toString(16).padStart(2, '0').repeat(32) };
}

/** Bytes that are not the locked ones. */
export const swapped: Tarball = { status: 'different', url, digests: integrityOf(9), size: 1_000 };

/** The locked bytes, and no archive. */
export const damaged: Tarball = { status: 'damaged', url, digests: integrityOf(1), size: 10, problem: 'it ends too early' };
