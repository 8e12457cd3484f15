import { hash } from 'node:crypto';
import type { Component } from '../model/component.ts';

/** All copies of one package name, as far as a check of a component may see them. */
export interface PackageCopies {
  readonly name: string;
  /** Every copy that is to be judged. */
  readonly components: readonly Component[];
  /** The copies that differ in more than their place: the first of each kind. */
  readonly kinds: readonly Component[];
  /** Which of the kinds a copy is; absent where there is only one copy. */
  readonly places?: ReadonlyMap<Component, number>;
  /** Names everything that evidence and checks about these copies may depend on. */
  readonly key: string;
}

/**
 * Groups components by name. Evidence is asked for by name, version and digest, and a registry's document is read with all
 * locked versions in mind: what is known of one copy depends on the others of its name, and on nothing else in the lockfile.
 */
export function copiesByName(
  components: readonly Component[],
  isDirect: (component: Component) => boolean,
): ReadonlyMap<string, PackageCopies> {
  const names = new Map<string, [Component, ...Component[]]>();
  components.forEach((component) => {
    const known = names.get(component.name);
    if (known === undefined) names.set(component.name, [component]);
    else known.push(component);
  });
  const packages = new Map<string, PackageCopies>();
  names.forEach((own, name) => packages.set(name, own.length === 1 ? alone(own[0], isDirect) : copiesOf(name, own, isDirect)));
  return packages;
}

/** Which of the kinds of its package a copy is; -1 for what is not one of these copies. */
export function kindOf({ components, places }: PackageCopies, component: Component): number {
  if (places !== undefined) return places.get(component) ?? -1;
  return components[0] === component ? 0 : -1;
}

/** Most packages are there once. */
function alone(component: Component, isDirect: (component: Component) => boolean): PackageCopies {
  const components = [component];
  return { name: component.name, components, kinds: components, key: keyOf(identityOf(component, isDirect(component))) };
}

function copiesOf(name: string, components: readonly Component[], isDirect: (component: Component) => boolean): PackageCopies {
  const identities = new Map<string, number>();
  const kinds: Component[] = [];
  const places = new Map<Component, number>();
  for (const component of components) {
    const identity = identityOf(component, isDirect(component));
    const place = identities.get(identity) ?? identities.size;
    if (place === identities.size) kinds.push(component);
    identities.set(identity, place);
    places.set(component, place);
  }
  return { name, components, kinds, places, key: keyOf([...identities.keys()].join('')) };
}

function keyOf(identities: string): string {
  return hash('sha256', identities, 'base64url');
}

/**
 * Everything about a component but its place in the lockfile. No two say the same, nor do two rows of them: each text stands behind its
 * length, and everything else as JSON. Written out, since there are thousands of them.
 */
function identityOf(component: Component, isDirect: boolean): string {
  const { bomRef: _bomRef, location: _location, name, version, purl, integrity = [], ...rest } = component;
  let identity = `${isDirect} ${name.length} ${version.length} ${purl.length} ${integrity.length} ${name}${version}${purl}`;
  integrity.forEach(({ algorithm, digest }) => {
    identity += `${algorithm} ${digest.length} ${digest}`;
  });
  return identity + JSON.stringify(rest);
}
