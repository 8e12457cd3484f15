import type { Component, Location } from './component.ts';
import { coversPackage } from './package-pattern.ts';

/**
 * Own people, as a policy names them: packages whose freshness and standing need no proof. A name alone is never enough: the
 * release must come from one of the accounts, from a build of one of the repositories, or out of a registry that only own
 * people can publish to.
 */
export interface TrustedParty {
  /** An exact name, `@scope/*`, or `*`. */
  readonly package: string;
  /** Account names that the registry itself writes down. */
  readonly publishers: readonly string[];
  /** Repositories, proven by verified provenance. */
  readonly repositories: readonly string[];
  /** The registry that the package must be configured to come from. */
  readonly registry?: string;
  readonly reason: string;
  readonly location: Location;
}

/** What is proven about a release's origin. */
export interface ProvenOrigin {
  /** The account, only where an account published and no pipeline did. */
  readonly publisher?: string;
  readonly isFromRepository: (repository: string) => boolean;
  /** URL with trailing slash. */
  readonly registry: string;
}

/** The party that answers for a release, with what proved it; undefined where none does. */
export function trustedPartyOf(
  parties: readonly TrustedParty[],
  component: Component,
  origin: ProvenOrigin,
): { readonly party: TrustedParty; readonly proof: string } | undefined {
  for (const party of parties) {
    if (!coversPackage(party.package, component.name)) continue;
    const { publisher, registry } = origin;
    if (publisher !== undefined && party.publishers.includes(publisher)) return { party, proof: `published by ${publisher}` };
    const repository = party.repositories.find((one) => origin.isFromRepository(one));
    if (repository !== undefined) return { party, proof: `built from ${repository}` };
    if (party.registry !== undefined && withSlash(party.registry) === registry) return { party, proof: `from ${registry}` };
  }
  return undefined;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
