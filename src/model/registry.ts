import type { Milliseconds } from './units.ts';

/** What a registry is known to offer; from a profile or the policy, never from a response. */
export interface RegistryProfile {
  readonly id: string;
  /** Origins that are this registry, e.g. the public one and its alias. Scheme and host, no trailing slash. */
  readonly origins: readonly string[];
  readonly offers: Readonly<Record<RegistryFeature, RegistryOffer>>;
  /** Keys that the policy names for it: these sign, and no others. */
  readonly keys?: readonly NamedKey[];
  /** A version without a registry signature is refused, whatever the registry offers. */
  readonly requiresSignatures?: true;
}

/** A registry's public key as a policy names it. */
export interface NamedKey {
  /** `SHA256:` and 43 characters of base64. */
  readonly keyid: string;
  /** SPKI, base64. */
  readonly key: string;
  /** The first instant at which it no longer signs. */
  readonly expires?: Milliseconds;
}

/** `offered`: its absence is suspicious. `if-offered`: its absence is a note. `not-offered`: nobody asks. */
export type RegistryOffer = 'offered' | 'if-offered' | 'not-offered';

export type RegistryFeature = 'signatures' | 'attestations' | 'advisories' | 'downloads' | 'publish-times' | 'publishers';

/** Where a package's metadata comes from and which tarball hosts are its own. */
export interface RegistryDirectory {
  /** The registry for a package name (scopes may have their own): URL with trailing slash. */
  readonly registryFor: (name: string) => string;
  /** Whether a tarball URL belongs to a configured registry or one of its known other names. */
  readonly isConfigured: (url: string) => boolean;
  readonly profileOf: (registry: string) => RegistryProfile;
}
