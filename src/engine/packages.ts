import { hash } from 'node:crypto';
import type { Component } from '../model/component.ts';

/** All copies of one package name, as far as a check of a component may see them. */
export interface PackageCopies {
  readonly name: string;
  /** Every copy that is to be judged. */
  readonly components: readonly [Component, ...Component[]];
  /** The copies that differ in more than their place: the first of each kind. */
  readonly kinds: readonly Component[];
  /** Which of the kinds a copy is. */
  readonly kindOf: (component: Component) => number;
  /** Names everything that evidence and checks about these copies may depend on. */
  readonly key: () => string;
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
  for (const component of components) {
    const known = names.get(component.name);
    if (known === undefined) names.set(component.name, [component]);
    else known.push(component);
  }
  return new Map([...names].map(([name, own]) => [name, copiesOf(name, own, isDirect)]));
}

function copiesOf(
  name: string,
  components: readonly [Component, ...Component[]],
  isDirect: (component: Component) => boolean,
): PackageCopies {
  // Most packages are there once.
  if (components.length === 1) return alone(name, components[0], isDirect);
  const kinds = new Map<string, number>();
  const firsts: Component[] = [];
  const places = new Map<Component, number>();
  for (const component of components) {
    const identity = identityOf(component, isDirect(component));
    const place = kinds.get(identity) ?? kinds.size;
    if (place === kinds.size) firsts.push(component);
    kinds.set(identity, place);
    places.set(component, place);
  }
  return {
    name,
    components,
    kinds: firsts,
    kindOf: (component) => places.get(component) ?? -1,
    key: () => hash('sha256', [...kinds.keys()].join(''), 'base64url'),
  };
}

function alone(name: string, component: Component, isDirect: (component: Component) => boolean): PackageCopies {
  return {
    name,
    components: [component],
    kinds: [component],
    kindOf: (asked) => (asked === component ? 0 : -1),
    key: () => hash('sha256', identityOf(component, isDirect(component)), 'base64url'),
  };
}

/**
 * Everything about a component but its place in the lockfile. No two say the same, nor do two rows of them: each text stands behind its
 * length, and everything else as JSON. Written out, since there are thousands of them.
 */
function identityOf({ bomRef: _bomRef, location: _location, ...component }: Component, isDirect: boolean): string {
  const { name, version, purl, integrity = [], ...rest } = component;
  let identity = `${isDirect} ${name.length} ${version.length} ${purl.length} ${integrity.length} ${name}${version}${purl}`;
  for (const { algorithm, digest } of integrity) identity += `${algorithm} ${digest.length} ${digest}`;
  return identity + JSON.stringify(rest);
}
