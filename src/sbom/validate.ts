import type { CycloneDxDocument, JsonObject, PlacedComponent } from './cyclonedx-document.ts';
import { componentsIn, fullName, objectIn, objectsIn, parseCycloneDX, propertiesNamed, textIn, textsIn } from './cyclonedx-document.ts';
import type { Bom } from './cyclonedx-shape.ts';
import { cyclonedxHashNames, lockgateProperties, npmProperties } from './cyclonedx-terms.ts';
import { licenceChoice } from './licence-choice.ts';
import { isPlainUrl, publicUrl } from './public-url.ts';
import { type PurlParts, parsePurl } from './purl-parts.ts';
import { cyclonedxSchema } from './schemas.ts';
import { relativePath } from './entry-properties.ts';

/** What is wrong with an SBOM, and where. */
export interface SbomProblem {
  /**
   * `schema`: the official schema refuses it; `reference`: a bom-ref is dangling or given twice; `graph`: the root has no
   * entry, or something cannot be reached; `identity`: purl, name, hash or licence contradict themselves;
   * `leak`: a credential or a path of somebody's machine.
   */
  readonly kind: 'schema' | 'reference' | 'graph' | 'identity' | 'leak';
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly message: string;
}

/**
 * Lists what is wrong with a CycloneDX JSON document: against the official schema of its version, and against what no
 * schema can say. An empty list means valid. Throws `GateError` for text that is no CycloneDX JSON at all.
 */
export function validateCycloneDX(text: string, name = 'the SBOM'): readonly SbomProblem[] {
  return problemsIn(parseCycloneDX(text, name));
}

/** The same for a document of our own: the value is judged that was written, and is not read back. */
export function validateBom(bom: Bom): readonly SbomProblem[] {
  return problemsIn({ version: bom.specVersion, json: { ...bom } });
}

function problemsIn(document: CycloneDxDocument): readonly SbomProblem[] {
  const components = componentsIn(document);
  return [
    ...cyclonedxSchema(document.version)(document.json).map((problem) => ({ kind: 'schema' as const, ...problem })),
    ...referenceProblems(document, components),
    ...graphProblems(document, components),
    ...components.flatMap((component) => {
      const purl = textIn(component.json, 'purl');
      const parts = purl === undefined ? undefined : parsePurl(purl);
      return [...identityProblems(component, parts), ...leakProblems(component, parts)];
    }),
  ];
}

function referenceProblems(document: CycloneDxDocument, components: readonly PlacedComponent[]): readonly SbomProblem[] {
  const problems: SbomProblem[] = [];
  const problem = (pointer: string, message: string): void => void problems.push({ kind: 'reference', pointer, message });
  const refs = new Set<string>();
  for (const { json, pointer } of [...components, ...services(document)]) {
    const ref = textIn(json, 'bom-ref');
    if (ref === undefined) continue;
    if (refs.has(ref)) problem(`${pointer}/bom-ref`, `${ref} is the bom-ref of something else, too`);
    refs.add(ref);
  }
  const described = new Set<string>();
  for (const [index, dependency] of objectsIn(document.json, 'dependencies').entries()) {
    const pointer = `/dependencies/${index}`;
    const ref = textIn(dependency, 'ref') ?? '';
    if (!refs.has(ref)) problem(`${pointer}/ref`, `${ref} is not in the document`);
    if (described.has(ref)) problem(`${pointer}/ref`, `the dependencies of ${ref} are given twice`);
    described.add(ref);
    const seen = new Set<string>();
    for (const [position, to] of textsIn(dependency, 'dependsOn').entries()) {
      if (!refs.has(to)) problem(`${pointer}/dependsOn/${position}`, `${to} is not in the document`);
      if (seen.has(to)) problem(`${pointer}/dependsOn/${position}`, `${to} is named twice`);
      seen.add(to);
    }
  }
  for (const [index, composition] of objectsIn(document.json, 'compositions').entries()) {
    for (const list of ['assemblies', 'dependencies'] as const) {
      for (const [position, ref] of textsIn(composition, list).entries()) {
        const isElsewhere = ref.startsWith('urn:cdx:'); // a BOM-Link into another document
        if (!refs.has(ref) && !isElsewhere) problem(`/compositions/${index}/${list}/${position}`, `${ref} is not in the document`);
      }
    }
  }
  return problems;
}

function graphProblems(document: CycloneDxDocument, components: readonly PlacedComponent[]): readonly SbomProblem[] {
  const [first] = components;
  const root = first?.pointer === '/metadata/component' ? textIn(first.json, 'bom-ref') : undefined;
  if (first?.pointer !== '/metadata/component') return [{ kind: 'graph', pointer: '/metadata', message: 'the document does not say what it is about: no metadata.component' }]; // prettier-ignore
  if (root === undefined)
    return [{ kind: 'graph', pointer: '/metadata/component', message: 'the root has no bom-ref, so no graph can start there' }];
  const edges = new Map(objectsIn(document.json, 'dependencies').map((entry) => [textIn(entry, 'ref') ?? '', textsIn(entry, 'dependsOn')]));
  if (!edges.has(root)) return [{ kind: 'graph', pointer: '/dependencies', message: `the root ${root} has no entry` }];

  // Members of the repository are beginnings, too: yarn's root does not depend on them.
  const members = components.filter(({ json }) => propertiesNamed(json, lockgateProperties.source).includes('workspace'));
  const reached = new Set([root, ...members.map(({ json }) => textIn(json, 'bom-ref') ?? '')]);
  for (const ref of reached) for (const to of edges.get(ref) ?? []) reached.add(to); // a Set's iteration includes what is added to it
  return components.flatMap(({ json, pointer }): SbomProblem[] => {
    const ref = textIn(json, 'bom-ref') ?? '';
    if (reached.has(ref) || propertiesNamed(json, npmProperties.extraneous).includes('true')) return [];
    return [{ kind: 'graph', pointer, message: `${fullName(json)} cannot be reached from the root and is not marked as extraneous` }];
  });
}

function identityProblems({ json, pointer }: PlacedComponent, parts: PurlParts | undefined): readonly SbomProblem[] {
  const problems: SbomProblem[] = [];
  const problem = (at: string, message: string): void => void problems.push({ kind: 'identity', pointer: `${pointer}${at}`, message });
  const purl = textIn(json, 'purl');
  if (purl !== undefined) {
    if (parts === undefined) problem('/purl', `${purl} is not a package URL`);
    else {
      const named = parts.namespace === '' ? parts.name : `${parts.namespace}/${parts.name}`;
      if (named !== fullName(json)) problem('/purl', `the purl says ${named}, the name is ${fullName(json)}`);
      const version = textIn(json, 'version') ?? '';
      if (parts.version !== version)
        problem('/purl', `the purl says version ${parts.version || 'nothing'}, the component ${version || 'nothing'}`);
    }
  }
  for (const { hash, at } of hashesOf(json)) {
    const wanted = hexLengths.get(textIn(hash, 'alg') ?? '');
    const length = textIn(hash, 'content')?.length;
    if (wanted !== undefined && length !== wanted)
      problem(at, `${textIn(hash, 'alg')} has ${wanted} hexadecimal digits, not ${length ?? 0}`);
  }
  for (const [index, licence] of objectsIn(json, 'licenses').entries()) {
    const expression = textIn(licence, 'expression');
    if (expression !== undefined && licenceChoice(expression)?.kind === 'name') {
      problem(`/licenses/${index}/expression`, `${expression} is not an SPDX expression`);
    }
  }
  return problems;
}

function leakProblems({ json, pointer }: PlacedComponent, parts: PurlParts | undefined): readonly SbomProblem[] {
  const problems: SbomProblem[] = [];
  const problem = (at: string, message: string): void => void problems.push({ kind: 'leak', pointer: `${pointer}${at}`, message });
  for (const [index, reference] of objectsIn(json, 'externalReferences').entries()) {
    const fault = urlFault(textIn(reference, 'url') ?? '');
    if (fault !== undefined) problem(`/externalReferences/${index}/url`, fault);
  }
  for (const value of parts?.qualifiers.values() ?? []) {
    const fault = urlFault(value);
    if (fault !== undefined) problem('/purl', fault);
  }
  const evidence = objectIn(json, 'evidence') ?? {};
  for (const [index, occurrence] of objectsIn(evidence, 'occurrences').entries()) {
    if (isAbsolute(textIn(occurrence, 'location') ?? '')) problem(`/evidence/occurrences/${index}/location`, 'is an absolute path');
  }
  for (const [index, property] of objectsIn(json, 'properties').entries()) {
    const isPath = /path$/i.test(textIn(property, 'name') ?? '');
    if (isPath && isAbsolute(textIn(property, 'value') ?? '')) problem(`/properties/${index}/value`, 'is an absolute path');
  }
  return problems;
}

function urlFault(text: string): string | undefined {
  if (isPlainUrl(text)) return undefined;
  if (isAbsolute(text) || /^file:/i.test(text)) return 'names a path of a machine';
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return undefined; // a relative reference
  const clean = publicUrl(text);
  return clean === undefined || clean === text ? undefined : 'holds a credential';
}

function isAbsolute(path: string): boolean {
  return relativePath(path) !== path;
}

function* hashesOf(json: JsonObject): Generator<{ readonly hash: JsonObject; readonly at: string }> {
  for (const [index, hash] of objectsIn(json, 'hashes').entries()) yield { hash, at: `/hashes/${index}` };
  for (const [number, reference] of objectsIn(json, 'externalReferences').entries()) {
    for (const [index, hash] of objectsIn(reference, 'hashes').entries())
      yield { hash, at: `/externalReferences/${number}/hashes/${index}` };
  }
}

function services({ json }: CycloneDxDocument): readonly PlacedComponent[] {
  return objectsIn(json, 'services').map((service, index) => ({ json: service, pointer: `/services/${index}` }));
}

const hexLengths: ReadonlyMap<string, number> = new Map([
  [cyclonedxHashNames.md5, 32],
  [cyclonedxHashNames.sha1, 40],
  [cyclonedxHashNames.sha256, 64],
  [cyclonedxHashNames.sha384, 96],
  [cyclonedxHashNames.sha512, 128],
]);
