import { GateError } from '../model/gate-error.ts';
import type { LockfileInput } from '../model/lockfile-format.ts';
import { readYarnDocument, type YarnNode } from './yarn-document.ts';
import { berrySyntax } from './yarn-syntax.ts';

/** The range that a `catalog:` or `catalog:name` dependency stands for; undefined where it cannot be known. */
export type CatalogFinder = (name: string, range: string) => string | undefined;

/** Reads the catalogs of `.yarnrc.yml` (yarn 4.10 and later); without that file, or with one it cannot read, none is known. */
export function berryCatalogs(input: LockfileInput): CatalogFinder {
  const text = input.files.read('.yarnrc.yml');
  const document = text === undefined ? undefined : readSections(text);
  return (name, range) => {
    const catalog = range.slice('catalog:'.length);
    const ranges = catalog === '' ? document?.children?.get('catalog') : document?.children?.get('catalogs')?.children?.get(catalog);
    return ranges?.children?.get(name)?.text;
  };
}

/** The rest of the file may be any YAML, which is nothing to this reader: only the two sections are kept. */
function readSections(text: string): YarnNode | undefined {
  let isCatalog = false;
  const kept = text.split(/\r?\n/).filter((line) => {
    if (/^[^\s#]/.test(line)) isCatalog = /^catalogs?:/.test(line);
    return isCatalog;
  });
  try {
    return readYarnDocument(kept.join('\n'), '.yarnrc.yml', berrySyntax);
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}
