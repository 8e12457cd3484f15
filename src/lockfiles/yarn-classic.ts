import { posix } from 'node:path';
import { bomRef, type BomRef } from '../model/component.ts';
import type { DeclaredDependency, Edge, Inventory, LockfileFact } from '../model/inventory.ts';
import type { LockfileFormat, LockfileInput } from '../model/lockfile-format.ts';
import { npmPurl } from '../model/purl.ts';
import { dependenciesOf, readClassicEntries, type ClassicEntry } from './yarn-classic-entry.ts';
import { classicResolutions } from './yarn-classic-resolutions.ts';
import { readBothSides } from './yarn-conflict.ts';
import { readYarnDocument } from './yarn-document.ts';
import { inventoryOf, type UnscopedComponent } from './yarn-inventory.ts';
import { memberFolders, readManifest, type ManifestResolution, type YarnManifest } from './yarn-manifest.ts';
import { classicSyntax } from './yarn-syntax.ts';

/**
 * `yarn.lock` of yarn 1. A dependency is looked up by the literal text `name@range`, never by semver; workspace
 * members are not in the file and are matched by name; the root's edges come from its `package.json`.
 */
export const yarnClassic: LockfileFormat = {
  id: 'yarn-classic',
  fileNames: ['yarn.lock'],
  recognises: (text) => !/^__metadata:/m.test(text),
  read: readClassic,
};

function readClassic(input: LockfileInput): Inventory {
  const { entries: nodes, conflictLine } = readBothSides(input.text, input.path, (text) =>
    readYarnDocument(text, input.path, classicSyntax),
  );
  const project = readProject(input);
  const members = project.members.map(({ component }) => component);
  const own = [project.root, ...members].map((component) => component.bomRef);
  const graph = new ClassicGraph(input, project, readClassicEntries(nodes, input.path, own));
  const facts: LockfileFact[] = [];
  const version = /^# yarn lockfile v(\d+)\s*$/m.exec(input.text)?.[1] ?? '1';
  if (version !== '1') facts.push({ type: 'unknown-version', version, newestKnown: '1', location: { file: input.path, line: 1 } });
  if (conflictLine !== undefined) facts.push({ type: 'conflict-markers', location: { file: input.path, line: conflictLine } });
  graph.follow();
  return inventoryOf(input, {
    format: 'yarn-classic',
    root: project.root,
    components: new Set([...members, ...graph.packages()]),
    edges: graph.edges,
    members: members.map((component) => component.bomRef),
    declared: graph.declared,
    facts: [...facts, ...graph.facts],
    overrides: new Map(project.resolutions.map(({ selector, wanted }) => [selector, wanted])),
  });
}

interface Project {
  readonly root: UnscopedComponent;
  readonly rootManifest: YarnManifest | undefined;
  readonly members: readonly { readonly component: UnscopedComponent; readonly manifest: YarnManifest }[];
  /** Names of all workspace folders, also of those that yarn 1 leaves out because they have no version. */
  readonly memberNames: ReadonlySet<string>;
  readonly resolutions: readonly ManifestResolution[];
}

function readProject(input: LockfileInput): Project {
  const rootManifest = readManifest(input, '.');
  const manifests =
    rootManifest === undefined ? [] : memberFolders(input, rootManifest).flatMap((folder) => readManifest(input, folder) ?? []);
  return {
    root: workspaceComponent(rootManifest ?? { path: '.', file: input.path, isPrivate: false }),
    rootManifest,
    members: manifests.filter(isMember).map((manifest) => ({ component: workspaceComponent(manifest), manifest })),
    memberNames: new Set(manifests.flatMap(({ name }) => name ?? [])),
    resolutions: rootManifest?.resolutions ?? [],
  };
}

/** Yarn 1 ignores a workspace folder without a name or version, with a warning. */
function isMember(manifest: YarnManifest): boolean {
  return manifest.name !== undefined && manifest.version !== undefined;
}

function workspaceComponent(manifest: Pick<YarnManifest, 'path' | 'file' | 'name' | 'version' | 'isPrivate'>): UnscopedComponent {
  const { path, file, name = 'root', version = '', isPrivate } = manifest;
  return {
    bomRef: bomRef(`${name}@workspace:${path}`),
    purl: npmPurl(name, version),
    name,
    version,
    source: { type: 'workspace', path },
    location: { file, line: 1 },
    ...(isPrivate ? { isPrivate: true } : {}),
  };
}

/** How the walk came to an entry: the names that lead to it, for the globs of `resolutions`. */
interface Step {
  readonly name: string;
  readonly parent: Step | undefined;
}

/** Deeper chains than any project has; what lies below is matched as if it began there. */
const maxPath = 256;

/** Follows the dependencies from the root and its members, breadth first, then through what nothing leads to. */
class ClassicGraph {
  readonly edges = new Map<BomRef, Edge[]>();
  readonly declared: DeclaredDependency[] = [];
  readonly facts: LockfileFact[] = [];
  readonly #input: LockfileInput;
  readonly #project: Project;
  readonly #entries: ReadonlyMap<string, ClassicEntry>;
  readonly #resolutionFor: ReturnType<typeof classicResolutions>;
  readonly #membersByName: ReadonlyMap<string, UnscopedComponent>;
  readonly #queue: { readonly entry: ClassicEntry; readonly step: Step }[] = [];
  #followed = 0;
  readonly #queued = new Set<ClassicEntry['component']>();
  readonly #ignoredOverrides = new Set<string>();

  constructor(input: LockfileInput, project: Project, entries: ReadonlyMap<string, ClassicEntry>) {
    this.#input = input;
    this.#project = project;
    this.#entries = entries;
    this.#resolutionFor = classicResolutions(project.resolutions);
    this.#membersByName = new Map(project.members.map(({ component }) => [component.name, component]));
  }

  *packages(): Generator<UnscopedComponent> {
    for (const { component } of this.#entries.values()) yield component;
  }

  follow(): void {
    const { root, rootManifest, members } = this.#project;
    if (rootManifest !== undefined) this.#followManifest(root, rootManifest, undefined);
    const declared = new Set(this.edges.get(root.bomRef)?.map(({ to }) => to));
    for (const { component } of members) {
      const membership: Edge = { to: component.bomRef, kind: 'prod', name: component.name };
      if (!declared.has(component.bomRef)) this.#link(root.bomRef, membership);
    }
    const aggregator: Step = { name: 'workspace-aggregator', parent: undefined };
    for (const { component, manifest } of members) this.#followManifest(component, manifest, { name: component.name, parent: aggregator });
    this.#followQueue();
    for (const entry of this.#entries.values()) {
      this.#enqueue(entry, { name: entry.component.name, parent: undefined });
      this.#followQueue();
    }
  }

  #followManifest(from: UnscopedComponent, manifest: YarnManifest, step: Step | undefined): void {
    const linked = new Set<string>();
    const locked = new Set<string>();
    for (const { name, range, kind, location } of manifest.dependencies) {
      const to = this.#resolve(name, rangesFrom(range, manifest.path), step);
      this.declared.push({ name, range, kind, location, ...(to === undefined ? {} : { to: to.bomRef }) });
      if (kind === 'peer') continue;
      if (to === undefined) {
        // Of a name in two fields yarn locks one range.
        if (!locked.has(name)) this.facts.push({ type: 'manifest-drift', manifest: manifest.file, name, declared: range, location });
        continue;
      }
      locked.add(name);
      // A name in two fields is one dependency, and a member that names itself has none.
      const key = `${name} ${to.bomRef}`;
      if (to !== from && !linked.has(key)) this.#link(from.bomRef, { to: to.bomRef, kind, name, range });
      linked.add(key);
      if (this.#project.memberNames.has(name) && to.name === name && to.source.type === 'registry') {
        this.facts.push({ type: 'workspace-from-registry', name, component: to.bomRef, location });
      }
    }
  }

  #followQueue(): void {
    for (let next = this.#queue[this.#followed]; next !== undefined; next = this.#queue[this.#followed]) {
      this.#followed += 1;
      const { component: from, node } = next.entry;
      for (const { name, range, line, isOptional } of dependenciesOf(node)) {
        const to = this.#resolve(name, [range], next.step);
        if (to !== undefined) this.#link(from.bomRef, { to: to.bomRef, kind: isOptional ? 'optional' : 'prod', name, range });
        else this.facts.push({ type: 'unresolved-dependency', from: from.bomRef, name, range, location: { file: this.#input.path, line } });
      }
    }
  }

  /** The literal pattern, else the pattern of the resolution in force, else the member of that name. */
  #resolve(name: string, ranges: readonly string[], step: Step | undefined): UnscopedComponent | undefined {
    const resolution = this.#resolutionFor(name, () => [...pathOf(step), name]);
    const wanted = resolution === undefined ? undefined : this.#entries.get(`${name}@${resolution.wanted}`);
    const locked = ranges.flatMap((range) => this.#entries.get(`${name}@${range}`) ?? [])[0];
    if (resolution !== undefined && locked !== undefined) this.#compareWithResolution(resolution, wanted, locked);
    const entry = locked ?? wanted;
    if (entry === undefined) return this.#membersByName.get(name);
    this.#enqueue(entry, { name, parent: step });
    return entry.component;
  }

  #compareWithResolution(resolution: ManifestResolution, wanted: ClassicEntry | undefined, locked: ClassicEntry): void {
    const { version } = locked.component;
    if (version === resolution.wanted || version === wanted?.component.version) return;
    const key = `${resolution.selector} ${version}`;
    if (this.#ignoredOverrides.has(key)) return;
    this.#ignoredOverrides.add(key);
    const { selector, wanted: asked, location } = resolution;
    this.facts.push({ type: 'override-ignored', selector, wanted: asked, locked: version, location });
  }

  #enqueue(entry: ClassicEntry, step: Step): void {
    if (this.#queued.has(entry.component)) return;
    this.#queued.add(entry.component);
    this.#queue.push({ entry, step });
  }

  #link(from: BomRef, edge: Edge): void {
    const edges = this.edges.get(from);
    if (edges === undefined) this.edges.set(from, [edge]);
    else edges.push(edge);
  }
}

/** A range as a member writes it, and as yarn 1 writes it into the lockfile: paths relative to the root. */
function rangesFrom(range: string, folder: string): readonly string[] {
  const [, protocol, path] = /^(file:|link:)(.*)$/s.exec(range) ?? [];
  if (protocol === undefined || path === undefined || folder === '.') return [range];
  const rebased = posix.join(folder, path);
  return [`${protocol}${rebased}`, `${protocol}./${rebased}`, range];
}

function pathOf(step: Step | undefined): readonly string[] {
  const names: string[] = [];
  for (let at = step; at !== undefined && names.length < maxPath; at = at.parent) names.push(at.name);
  return names.reverse();
}
