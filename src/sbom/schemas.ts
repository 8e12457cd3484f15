import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import type { DocumentProblem, Schema } from './json-schema.ts';
import { compileSchema } from './json-schema.ts';

const compiled = new Map<CycloneDxVersion, (document: unknown) => readonly DocumentProblem[]>();

/** The official schema of a version, compiled on first use. The files ship inside the CycloneDX library: no network. */
export function cyclonedxSchema(version: CycloneDxVersion): (document: unknown) => readonly DocumentProblem[] {
  const known = compiled.get(version);
  if (known !== undefined) return known;
  const check = compileSchema(loadSchema(`bom-${version}.SNAPSHOT.schema.json`), loadSchema);
  compiled.set(version, check);
  return check;
}

let licenceIds: ReadonlySet<string> | undefined;

/** The SPDX ids that the schemas know. */
export function schemaLicenceIds(): ReadonlySet<string> {
  licenceIds ??= new Set((loadSchema('spdx.SNAPSHOT.schema.json') as { readonly enum: readonly string[] }).enum);
  return licenceIds;
}

let folder: string | undefined;

function loadSchema(file: string): Schema {
  const require = createRequire(import.meta.url);
  // The library's export map does not name its schemas; its manifest leads to their folder.
  folder ??= join(dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')), 'res', 'schema');
  return require(join(folder, file)) as Schema; // official and part of the dependency: trusted
}
