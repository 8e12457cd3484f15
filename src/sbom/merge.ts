import type { Milliseconds } from '../model/units.ts';
import { compareText } from './contents.ts';
import type { CycloneDxDocument, JsonObject } from './cyclonedx-document.ts';
import { componentsIn, objectIn, objectsIn, parseCycloneDX, textIn, textsIn } from './cyclonedx-document.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import { cyclonedxVersions, isAtLeast } from './cyclonedx-terms.ts';
import type { Property } from './entry-properties.ts';
import { nilSerialNumber, serialNumberOf } from './serial-number.ts';

export interface MergeOptions {
  /** What the merged document is about, e.g. the organisation or product that the parts belong to. */
  readonly name: string;
  readonly version: string;
  readonly tool: { readonly name: string; readonly version: string };
  readonly timestamp?: Milliseconds;
  /** Properties of the new root. */
  readonly properties?: readonly Property[];
}

/**
 * Merges CycloneDX JSON documents into one, in the newest version among them: a new root that depends on the root of
 * each. A component that several documents have under one ref and with one identity appears once, with what each says
 * about it; a ref that means different things is renamed. Nested components are lifted to the top.
 * The order of the documents decides nothing but the suffixes of renamed refs. Throws `GateError` for a document that cannot be read.
 */
export function mergeCycloneDX(documents: readonly { readonly name: string; readonly text: string }[], options: MergeOptions): string {
  const parsed = documents.map(({ name, text }) => parseCycloneDX(text, name));
  const spec = parsed.reduce<CycloneDxVersion>(
    (newest, { version }) => (isAtLeast(version, newest) ? version : newest),
    cyclonedxVersions[0],
  );
  const merged = new Merged();
  const rootRef = merged.reserve(`${options.name}@${options.version}`);
  const roots = parsed.flatMap((document) => merged.add(document) ?? []);
  merged.describe(rootRef, roots, 'complete');
  const tool = { type: 'application', name: options.tool.name, version: options.tool.version };
  const document = {
    $schema: `http://cyclonedx.org/schema/bom-${spec}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion: spec,
    version: 1,
    serialNumber: nilSerialNumber,
    metadata: {
      ...(options.timestamp === undefined ? {} : { timestamp: new Date(options.timestamp).toISOString() }),
      tools: isAtLeast(spec, '1.5') ? { components: [tool] } : [{ name: tool.name, version: tool.version }],
      component: {
        type: 'application',
        name: options.name,
        version: options.version,
        'bom-ref': rootRef,
        ...(options.properties === undefined ? {} : { properties: options.properties.map(([name, value]) => ({ name, value })) }),
      },
    },
    ...merged.lists(),
  };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  return text.replace(nilSerialNumber, serialNumberOf(text));
}

type Aggregate = 'complete' | 'incomplete' | 'unknown';

/** The union of documents that is being built; lives as long as one merge. */
class Merged {
  readonly #components = new Map<string, JsonObject>();
  readonly #taken = new Set<string>();
  readonly #dependsOn = new Map<string, Set<string>>();
  readonly #aggregates = new Map<string, Aggregate>();

  /** Adds a document and answers the ref of its root, where it has one. */
  add(document: CycloneDxDocument): string | undefined {
    const refs = new Map<string, string>();
    const placed = componentsIn(document);
    let root: string | undefined;
    for (const { json, pointer } of placed) {
      const { components: _nested, ...component } = json;
      const given = textIn(component, 'bom-ref');
      const ref = this.#place(component, given ?? textIn(component, 'purl') ?? pointer);
      if (given !== undefined) refs.set(given, ref);
      if (pointer === '/metadata/component') root = ref;
      if (!this.#dependsOn.has(ref)) this.#dependsOn.set(ref, new Set());
    }
    const aggregates = aggregatesIn(document);
    for (const entry of objectsIn(document.json, 'dependencies')) {
      const given = textIn(entry, 'ref') ?? '';
      const from = refs.get(given);
      const to = textsIn(entry, 'dependsOn').flatMap((target) => refs.get(target) ?? []);
      if (from !== undefined) this.describe(from, to, aggregates.get(given) ?? 'unknown');
    }
    return root;
  }

  /** Adds edges. What any document calls incomplete is incomplete. */
  describe(ref: string, to: readonly string[], aggregate: Aggregate): void {
    const known = this.#dependsOn.get(ref) ?? new Set<string>();
    this.#dependsOn.set(ref, known);
    for (const target of to) if (target !== ref) known.add(target);
    const before = this.#aggregates.get(ref);
    this.#aggregates.set(
      ref,
      before === undefined || before === aggregate || aggregate === 'incomplete' ? aggregate : before === 'complete' ? aggregate : before,
    );
  }

  /** Takes a ref for good; a taken one gets a counted suffix. */
  reserve(wanted: string): string {
    let ref = wanted;
    for (let count = 2; this.#taken.has(ref); count++) ref = `${wanted}#${count}`;
    this.#taken.add(ref);
    return ref;
  }

  lists(): JsonObject {
    const refs = [...this.#dependsOn.keys()].sort(compareText);
    const components = [...this.#components].sort(([a], [b]) => compareText(a, b)).map(([, component]) => component);
    const dependencies = refs.map((ref) => {
      const dependsOn = [...(this.#dependsOn.get(ref) ?? [])].sort(compareText);
      return { ref, ...(dependsOn.length === 0 ? {} : { dependsOn }) };
    });
    const compositions = (['complete', 'incomplete', 'unknown'] as const).flatMap((aggregate) => {
      const of = refs.filter((ref) => (this.#aggregates.get(ref) ?? 'unknown') === aggregate);
      return of.length === 0 ? [] : [{ aggregate, dependencies: of }];
    });
    return { components, dependencies, compositions };
  }

  #place(component: JsonObject, wanted: string): string {
    const known = this.#components.get(wanted);
    if (known !== undefined && identityOf(known) === identityOf(component)) {
      this.#components.set(wanted, united(known, component));
      return wanted;
    }
    const ref = this.reserve(wanted);
    this.#components.set(ref, { ...component, 'bom-ref': ref });
    return ref;
  }
}

/** What makes two components one: what they are and which bytes they have. */
function identityOf(component: JsonObject): string {
  const { type, group, name, version, purl, hashes } = component;
  return JSON.stringify([type, group, name, version, purl, hashes]);
}

/** Everything that the first document says, and from the others what it does not: fields, properties, occurrences. */
function united(first: JsonObject, second: JsonObject): JsonObject {
  const properties = unionOf(objectsIn(first, 'properties'), objectsIn(second, 'properties'));
  const evidence = { ...objectIn(second, 'evidence'), ...objectIn(first, 'evidence') };
  const occurrences = unionOf(
    objectsIn(objectIn(first, 'evidence') ?? {}, 'occurrences'),
    objectsIn(objectIn(second, 'evidence') ?? {}, 'occurrences'),
  );
  return {
    ...second,
    ...first,
    ...(properties.length === 0 ? {} : { properties }),
    ...(Object.keys(evidence).length === 0 ? {} : { evidence: { ...evidence, ...(occurrences.length === 0 ? {} : { occurrences }) } }),
    ...strongestScope(first, second),
  };
}

/** What one document needs at run time is needed, whatever the others say. An absent scope means required. */
function strongestScope(first: JsonObject, second: JsonObject): JsonObject {
  const scopes = [textIn(first, 'scope') ?? 'required', textIn(second, 'scope') ?? 'required'];
  const scope = ['required', 'optional', 'excluded'].find((candidate) => scopes.includes(candidate));
  return scope === undefined ? {} : { scope };
}

function unionOf(first: readonly JsonObject[], second: readonly JsonObject[]): readonly JsonObject[] {
  const all = new Map([...first, ...second].map((item) => [JSON.stringify(item), item]));
  return [...all].sort(([a], [b]) => compareText(a, b)).map(([, item]) => item);
}

function aggregatesIn({ json }: CycloneDxDocument): ReadonlyMap<string, Aggregate> {
  const aggregates = new Map<string, Aggregate>();
  for (const composition of objectsIn(json, 'compositions')) {
    const stated = textIn(composition, 'aggregate') ?? 'unknown';
    const aggregate = stated === 'complete' ? 'complete' : stated.startsWith('incomplete') ? 'incomplete' : 'unknown';
    for (const ref of textsIn(composition, 'dependencies')) aggregates.set(ref, aggregate);
  }
  return aggregates;
}
