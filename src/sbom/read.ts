import type { BomRef, Component, Purl, Scope } from '../model/component.ts';
import { bomRef } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import type { DeclaredDependency, Edge, Inventory, LockfileFact } from '../model/inventory.ts';
import type { LockfileInput } from '../model/lockfile-format.ts';
import type { JsonObject, PlacedComponent } from './cyclonedx-document.ts';
import { componentsIn, fullName, objectIn, objectsIn, parseCycloneDX, textIn, textsIn } from './cyclonedx-document.ts';
import { lockgateProperties as ours } from './cyclonedx-terms.ts';
import type { Context } from './read-component.ts';
import { componentOf, isForeign } from './read-component.ts';

/** What an SBOM holds for a gate over npm packages. */
export interface SbomReading {
  readonly inventory: Inventory;
  /** Components of other ecosystems, which no check of ours can judge: the caller must say so. */
  readonly skipped: readonly { readonly label: string; readonly pointer: string }[];
}

/**
 * Reads CycloneDX JSON (1.4 to 1.7, of any tool) as an inventory, so that it can be checked like a lockfile.
 *
 * An SBOM knows less than a lockfile: edges have no ranges, and their kind is inferred from the scopes of both ends.
 * Lines are those of the SBOM. Throws `GateError` (`input-invalid`) for a document that is broken or contradicts itself.
 */
export function readCycloneDX(input: Pick<LockfileInput, 'path' | 'text' | 'digest'>): SbomReading {
  const document = parseCycloneDX(input.text, input.path);
  const lines = linesOfRefs(input.text);
  const placed = componentsIn(document);
  const rootJson = placed[0]?.pointer === '/metadata/component' ? placed[0] : undefined;
  const context: Context = { path: input.path, lines };
  const root = rootJson === undefined ? unknownRoot(input.path) : rootOf(rootJson, context);

  const listed = new Map<BomRef, Component>();
  const skipped: { label: string; pointer: string }[] = [];
  for (const component of placed) {
    if (component === rootJson) continue;
    if (isForeign(component.json)) {
      skipped.push({ label: textIn(component.json, 'purl') ?? fullName(component.json), pointer: component.pointer });
      continue;
    }
    const read = componentOf(component, context);
    if (listed.has(read.bomRef) || read.bomRef === root.bomRef) {
      throw new GateError('input-invalid', `${input.path} gives the bom-ref ${read.bomRef} twice`, { location: read.location });
    }
    listed.set(read.bomRef, read);
  }

  const { edges, facts } = edgesOf(objectsIn(document.json, 'dependencies'), { root, listed, isRootKnown: rootJson !== undefined });
  const members = [...listed.values()].filter(({ source }) => source.type === 'workspace');
  const reached = reachableFrom([root, ...members], edges);
  const components = [...listed.values()]
    .map((component): Component => (reached.has(component.bomRef) ? component : { ...component, isExtraneous: true }))
    .sort((a, b) => (a.bomRef < b.bomRef ? -1 : 1));
  const metadata = objectIn(document.json, 'metadata') ?? {};
  const inventory: Inventory = {
    root,
    components: new Map(components.map((component) => [component.bomRef, component])),
    edges,
    origin: { path: input.path, format: `cyclonedx-${document.version}`, digest: input.digest },
    declared: declaredIn([root, ...components], edges),
    facts,
    overrides: overridesIn(metadata),
  };
  return { inventory, skipped };
}

/** The subject of the document. npm calls it by its folder in the name and by its manifest in the purl: that is no alias. */
function rootOf(json: PlacedComponent, context: Context): Component {
  const { alias: _alias, ...root } = componentOf(json, context);
  return { ...root, scope: 'required' };
}

interface Graph {
  readonly root: Component;
  readonly listed: ReadonlyMap<BomRef, Component>;
  readonly isRootKnown: boolean;
}

const weakness: readonly Scope[] = ['required', 'peer', 'optional', 'dev'];

function edgesOf(
  dependencies: readonly JsonObject[],
  { root, listed, isRootKnown }: Graph,
): { readonly edges: ReadonlyMap<BomRef, readonly Edge[]>; readonly facts: readonly LockfileFact[] } {
  const edges = new Map<BomRef, Edge[]>();
  const facts: LockfileFact[] = [];
  const wanted = new Set<string>();
  const find = (ref: string): Component | undefined => (ref === root.bomRef ? root : listed.get(bomRef(ref)));
  for (const dependency of dependencies) {
    const from = find(textIn(dependency, 'ref') ?? '');
    if (from === undefined) continue;
    const list = edges.get(from.bomRef) ?? [];
    for (const ref of new Set(textsIn(dependency, 'dependsOn'))) {
      const to = find(ref);
      if (to === undefined) {
        facts.push({ type: 'unresolved-dependency', from: from.bomRef, name: ref, range: '', location: from.location });
      } else if (to !== from) {
        list.push(edgeTo(to, from));
        wanted.add(ref);
      }
    }
    edges.set(from.bomRef, list);
  }
  // A document without a root is about everything that nothing else in it depends on.
  if (!isRootKnown)
    edges.set(
      root.bomRef,
      [...listed.values()].filter(({ bomRef: ref }) => !wanted.has(ref)).map((to) => edgeTo(to, root)),
    );
  return { edges, facts };
}

/** The weaker scope of the target can only come from the kind of the edge; among equals the edge is an ordinary one. */
function edgeTo(to: Component, from: Component): Edge {
  const isWeaker = weakness.indexOf(to.scope) > weakness.indexOf(from.scope);
  const kind = !isWeaker || to.scope === 'required' ? 'prod' : to.scope;
  return { to: to.bomRef, kind, name: to.alias ?? to.name };
}

/** From the root and the workspace members: not every package manager makes its root depend on them. */
function reachableFrom(starts: readonly Component[], edges: ReadonlyMap<BomRef, readonly Edge[]>): ReadonlySet<BomRef> {
  const reached = new Set(starts.map((start) => start.bomRef));
  for (const ref of reached) for (const { to } of edges.get(ref) ?? []) reached.add(to); // a Set's iteration includes what is added to it
  return reached;
}

/** The root and the workspace members are this repository's: what they depend on is declared here. */
function declaredIn(components: readonly Component[], edges: ReadonlyMap<BomRef, readonly Edge[]>): readonly DeclaredDependency[] {
  const own = components.filter((component, index) => index === 0 || component.source.type === 'workspace');
  return own.flatMap(({ bomRef: from, location }) =>
    (edges.get(from) ?? []).map(({ name, kind, to }) => ({ name, range: '', kind, location, to })),
  );
}

function overridesIn(metadata: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    objectsIn(metadata, 'properties').flatMap((property) => {
      const name = textIn(property, 'name') ?? '';
      return name.startsWith(ours.override) ? [[name.slice(ours.override.length), textIn(property, 'value') ?? ''] as const] : [];
    }),
  );
}

function unknownRoot(path: string): Component {
  return {
    bomRef: bomRef(''),
    purl: 'pkg:npm/unknown' as Purl, // stands for a subject that the document does not name
    name: 'unknown',
    version: '',
    source: { type: 'workspace', path: '.' },
    scope: 'required',
    location: { file: path, line: 1 },
  };
}

/** The line of every bom-ref in the text, in one pass. */
function linesOfRefs(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(/"bom-ref"\s*:\s*("(?:[^"\\\n]|\\.)*")/g)) {
    for (; counted < match.index; counted++) if (text.charCodeAt(counted) === 10) line++;
    const ref = JSON.parse(match[1] ?? '""') as string; // the pattern is a JSON string, and the whole text has been parsed
    if (!lines.has(ref)) lines.set(ref, line);
  }
  return lines;
}
