import type { RegistryProfile } from '../model/registry.ts';

/** A registry that nobody described: a mirror, Artifactory, Nexus, Verdaccio. What it gives is used, what it lacks is noted once. */
export function unprofiledRegistry(origin: string): RegistryProfile {
  return {
    id: 'unprofiled',
    origins: [origin],
    offers: {
      signatures: 'if-offered',
      attestations: 'if-offered',
      advisories: 'if-offered',
      downloads: 'if-offered',
      'publish-times': 'if-offered',
      publishers: 'if-offered',
    },
  };
}
