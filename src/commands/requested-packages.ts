import { createHash } from 'node:crypto';
import { parseRequest, pickVersion, type PackageSpec } from '../agents/package-spec.ts';
import type { Packument } from '../evidence/packument.ts';
import type { Gate } from '../gate.ts';
import { type Component, bomRef, labelOf } from '../model/component.ts';
import type { Observation } from '../model/evidence.ts';
import type { DeclaredDependency, Edge, Inventory } from '../model/inventory.ts';
import { namedComponent, namedInventory, namedRoot } from '../model/named-inventory.ts';

/** What a client would bring today for some requests: an inventory of its own, and what could not be found out. */
export interface ResolvedRequests {
  readonly inventory: Inventory;
  /** What cannot be installed, or not be verified: each with its reason. */
  readonly problems: readonly { readonly isRefusal: boolean; readonly text: string }[];
}

type RegistrySpec = Extract<PackageSpec, { type: 'registry' }>;

/** More than any honest request brings along. */
const mostPackages = 3000;
const where = { file: 'command line', line: 1 };

/**
 * Resolves requests and all that they bring along against the registry, each to the version that a client without a lockfile
 * would take now. Dependencies for other platforms are in it; peers that a client adds are not.
 */
export async function resolveRequests(gate: Gate, requests: readonly PackageSpec[], signal: AbortSignal): Promise<ResolvedRequests> {
  const problems: { isRefusal: boolean; text: string }[] = [];
  const components = new Map<string, Component>();
  const edges = new Map<string, Edge[]>();
  const root = namedRoot('requested', where.file);
  let open: Request[] = [];
  const ask = (from: string, spec: PackageSpec, kind: Edge['kind']): void => {
    if (spec.type === 'registry') open.push({ from, spec, kind });
    else if (spec.type === 'refused' && kind !== 'optional')
      problems.push({
        isRefusal: true,
        text: `${spec.spec} is ${spec.why}: only packages of a registry can be judged before they are there`,
      });
  };
  for (const request of requests) ask(root.bomRef, request, 'prod');
  while (open.length > 0) {
    const round = open;
    open = [];
    const documents = await gate.packumentsOf(
      inventoryOf(
        root,
        round.map(({ spec }) => namedComponent({ name: spec.name, version: '' }, where.file)),
        new Map(),
      ),
      signal,
    );
    const chosen = new Map<string, Component>();
    for (const request of round) {
      const component = choose(request, documents.get(request.spec.name), problems);
      if (component === undefined) continue;
      edges.set(request.from, [
        ...(edges.get(request.from) ?? []),
        { to: component.bomRef, kind: request.kind, name: component.name, range: request.spec.range },
      ]);
      if (!components.has(component.bomRef)) chosen.set(component.bomRef, component);
    }
    if (components.size + chosen.size > mostPackages) {
      problems.push({ isRefusal: false, text: `it brings more than ${mostPackages} packages` });
      break;
    }
    // The details of a version are kept only where it is asked for by name.
    const details = await gate.packumentsOf(inventoryOf(root, [...chosen.values()], new Map()), signal);
    for (const component of chosen.values()) {
      const document = details.get(component.name);
      const release = document?.state === 'known' ? document.value.releases.get(component.version) : undefined;
      // What it brings along cannot be judged: nothing proven about itself makes up for that.
      if (release === undefined)
        problems.push({ isRefusal: false, text: `${labelOf(component)} could not be verified: nobody says what it depends on` });
      const { integrity } = release ?? {};
      components.set(component.bomRef, integrity === undefined ? component : { ...component, integrity });
      for (const [name, range] of Object.entries(release?.dependencies ?? {})) ask(component.bomRef, parseRequest(name, range), 'prod');
      for (const [name, range] of Object.entries(release?.optionalDependencies ?? {}))
        ask(component.bomRef, parseRequest(name, range), 'optional');
      for (const [name, range] of Object.entries(release?.peerDependencies ?? {})) ask(component.bomRef, parseRequest(name, range), 'peer');
    }
  }
  return { inventory: inventoryOf(root, [...components.values()], edges), problems };
}

interface Request {
  readonly from: string;
  readonly spec: RegistrySpec;
  readonly kind: Edge['kind'];
}

function choose(
  { spec: { name, range }, kind }: Request,
  document: Observation<Packument> | undefined,
  problems: { isRefusal: boolean; text: string }[],
): Component | undefined {
  if (document?.state !== 'known') {
    problems.push({
      isRefusal: false,
      text: `${name} could not be verified: ${document?.state === 'unavailable' ? document.detail : 'the registry was not asked'}`,
    });
    return undefined;
  }
  const { status, versions, distTags } = document.value;
  const version =
    status === 'published' || status === 'security-holding'
      ? pickVersion(
          [...versions].map((one) => one.version),
          distTags,
          range,
        )
      : undefined;
  if (version !== undefined) return namedComponent({ name, version }, where.file);
  // npm goes on without an optional dependency that is not there, and installs nothing for a peer that no version satisfies.
  if (kind !== 'optional' && kind !== 'peer')
    problems.push({
      isRefusal: true,
      text:
        status === 'published'
          ? `${name} has no version for ${range === '' ? 'latest' : range}`
          : `the registry has no package ${name} that could be installed`,
    });
  return undefined;
}

function inventoryOf(root: Component, components: readonly Component[], edges: ReadonlyMap<string, readonly Edge[]>): Inventory {
  const own = edges.get(root.bomRef) ?? [];
  const declared: readonly DeclaredDependency[] = own.map(({ name, range = '', kind, to }) => ({ name, range, kind, to, location: where }));
  const sorted = [...components].sort((a, b) => (a.bomRef < b.bomRef ? -1 : 1));
  const digest = createHash('sha256')
    .update(sorted.map((one) => one.bomRef).join('\n'))
    .digest('hex');
  return namedInventory({
    root,
    components: sorted,
    edges: new Map([...edges].map(([from, to]) => [bomRef(from), to])),
    declared,
    format: 'requested',
    digest,
  });
}
