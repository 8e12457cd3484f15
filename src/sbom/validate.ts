import type { CycloneDxDocument, JsonObject, PlacedComponent } from './cyclonedx-document.ts';
import { componentsIn, fullName, objectIn, objectsIn, parseCycloneDX, textIn, textsIn } from './cyclonedx-document.ts';
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
  const problems: SbomProblem[] = [];
  const components = componentsIn(document);
  const reporter =
    (kind: SbomProblem['kind']): Report =>
    (pointer, message) =>
      void problems.push({ kind, pointer, message });
  for (const { pointer, message } of cyclonedxSchema(document.version)(document.json)) reporter('schema')(pointer, message);
  judgeReferences(document, components, reporter('reference'));
  judgeGraph(document, components, reporter('graph'));
  const [identity, leak] = [reporter('identity'), reporter('leak')];
  for (const component of components) {
    const purl = textIn(component.json, 'purl');
    const parts = purl === undefined ? undefined : parsePurl(purl);
    judgeIdentity(component, parts, identity);
    judgeLeaks(component, parts, leak);
  }
  return problems;
}

type Report = (pointer: string, message: string) => void;

function judgeReferences(document: CycloneDxDocument, components: readonly PlacedComponent[], report: Report): void {
  const refs = new Set<string>();
  for (const { json, pointer } of [...components, ...services(document)]) {
    const ref = textIn(json, 'bom-ref');
    if (ref === undefined) continue;
    if (refs.has(ref)) report(`${pointer}/bom-ref`, `${ref} is the bom-ref of something else, too`);
    refs.add(ref);
  }
  const described = new Set<string>();
  objectsIn(document.json, 'dependencies').forEach((dependency, index) => {
    const pointer = `/dependencies/${index}`;
    const ref = textIn(dependency, 'ref') ?? '';
    if (!refs.has(ref)) report(`${pointer}/ref`, `${ref} is not in the document`);
    if (described.has(ref)) report(`${pointer}/ref`, `the dependencies of ${ref} are given twice`);
    described.add(ref);
    const seen = new Set<string>();
    textsIn(dependency, 'dependsOn').forEach((to, position) => {
      if (!refs.has(to)) report(`${pointer}/dependsOn/${position}`, `${to} is not in the document`);
      if (seen.has(to)) report(`${pointer}/dependsOn/${position}`, `${to} is named twice`);
      seen.add(to);
    });
  });
  objectsIn(document.json, 'compositions').forEach((composition, index) => {
    for (const list of ['assemblies', 'dependencies'] as const) {
      textsIn(composition, list).forEach((ref, position) => {
        const isElsewhere = ref.startsWith('urn:cdx:'); // a BOM-Link into another document
        if (!refs.has(ref) && !isElsewhere) report(`/compositions/${index}/${list}/${position}`, `${ref} is not in the document`);
      });
    }
  });
}

function judgeGraph(document: CycloneDxDocument, components: readonly PlacedComponent[], report: Report): void {
  const [first] = components;
  const root = first?.pointer === '/metadata/component' ? textIn(first.json, 'bom-ref') : undefined;
  if (first?.pointer !== '/metadata/component')
    return report('/metadata', 'the document does not say what it is about: no metadata.component');
  if (root === undefined) return report('/metadata/component', 'the root has no bom-ref, so no graph can start there');
  const edges = new Map(objectsIn(document.json, 'dependencies').map((entry) => [textIn(entry, 'ref') ?? '', textsIn(entry, 'dependsOn')]));
  if (!edges.has(root)) return report('/dependencies', `the root ${root} has no entry`);

  // Members of the repository are beginnings, too: yarn's root does not depend on them.
  const members = components.filter(({ json }) => hasProperty(json, lockgateProperties.source, 'workspace'));
  const reached = new Set([root, ...members.map(({ json }) => textIn(json, 'bom-ref') ?? '')]);
  for (const ref of reached) for (const to of edges.get(ref) ?? []) reached.add(to); // a Set's iteration includes what is added to it
  for (const { json, pointer } of components) {
    if (reached.has(textIn(json, 'bom-ref') ?? '') || hasProperty(json, npmProperties.extraneous, 'true')) continue;
    report(pointer, `${fullName(json)} cannot be reached from the root and is not marked as extraneous`);
  }
}

function hasProperty(component: JsonObject, name: string, value: string): boolean {
  return objectsIn(component, 'properties').some((property) => textIn(property, 'name') === name && textIn(property, 'value') === value);
}

function judgeIdentity({ json, pointer }: PlacedComponent, parts: PurlParts | undefined, report: Report): void {
  const purl = textIn(json, 'purl');
  if (purl !== undefined && parts === undefined) report(`${pointer}/purl`, `${purl} is not a package URL`);
  if (parts !== undefined) {
    const named = parts.namespace === '' ? parts.name : `${parts.namespace}/${parts.name}`;
    if (named !== fullName(json)) report(`${pointer}/purl`, `the purl says ${named}, the name is ${fullName(json)}`);
    const version = textIn(json, 'version') ?? '';
    if (parts.version !== version)
      report(`${pointer}/purl`, `the purl says version ${parts.version || 'nothing'}, the component ${version || 'nothing'}`);
  }
  judgeHashes(json, pointer, report);
  objectsIn(json, 'externalReferences').forEach((reference, index) =>
    judgeHashes(reference, `${pointer}/externalReferences/${index}`, report),
  );
  objectsIn(json, 'licenses').forEach((licence, index) => {
    const expression = textIn(licence, 'expression');
    if (expression !== undefined && licenceChoice(expression)?.kind === 'name')
      report(`${pointer}/licenses/${index}/expression`, `${expression} is not an SPDX expression`);
  });
}

function judgeHashes(object: JsonObject, pointer: string, report: Report): void {
  objectsIn(object, 'hashes').forEach((hash, index) => {
    const wanted = hexLengths.get(textIn(hash, 'alg') ?? '');
    const length = textIn(hash, 'content')?.length;
    if (wanted !== undefined && length !== wanted)
      report(`${pointer}/hashes/${index}`, `${textIn(hash, 'alg')} has ${wanted} hexadecimal digits, not ${length ?? 0}`);
  });
}

function judgeLeaks({ json, pointer }: PlacedComponent, parts: PurlParts | undefined, report: Report): void {
  objectsIn(json, 'externalReferences').forEach((reference, index) => {
    const fault = urlFault(textIn(reference, 'url') ?? '');
    if (fault !== undefined) report(`${pointer}/externalReferences/${index}/url`, fault);
  });
  for (const value of parts?.qualifiers.values() ?? []) {
    const fault = urlFault(value);
    if (fault !== undefined) report(`${pointer}/purl`, fault);
  }
  objectsIn(objectIn(json, 'evidence') ?? {}, 'occurrences').forEach((occurrence, index) => {
    if (isAbsolute(textIn(occurrence, 'location') ?? ''))
      report(`${pointer}/evidence/occurrences/${index}/location`, 'is an absolute path');
  });
  objectsIn(json, 'properties').forEach((property, index) => {
    const isPath = /path$/i.test(textIn(property, 'name') ?? '');
    if (isPath && isAbsolute(textIn(property, 'value') ?? '')) report(`${pointer}/properties/${index}/value`, 'is an absolute path');
  });
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
