import type { RegistryProfile } from '../model/registry.ts';

/** Another name of the public registry, run for Yarn; lockfiles of yarn classic are full of it. */
const aliases: readonly string[] = ['https://registry.yarnpkg.com'];

/**
 * The public registry: it signs every version and says when each was published, so missing signatures or times are a stripped
 * document and not a habit. Source: the registry's public documentation of signatures, attestations and bulk advisories.
 * @param origin where it is, as npm's own default names it
 */
export function publicRegistry(origin: string): RegistryProfile {
  return {
    id: 'public',
    origins: [origin, ...aliases],
    offers: {
      signatures: 'offered',
      attestations: 'offered',
      advisories: 'offered',
      downloads: 'not-offered',
      'publish-times': 'offered',
      publishers: 'offered',
    },
  };
}
