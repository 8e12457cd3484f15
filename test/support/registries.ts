import type { RegistryDirectory, RegistryProfile } from '../../src/model/registry.ts';

const profile: RegistryProfile = {
  id: 'test',
  origins: ['https://registry.example'],
  offers: {
    signatures: 'offered',
    attestations: 'offered',
    advisories: 'offered',
    downloads: 'if-offered',
    'publish-times': 'offered',
    publishers: 'offered',
  },
};

/** One registry, `https://registry.example/`, that offers everything. */
export const registries: RegistryDirectory = {
  registryFor: () => 'https://registry.example/',
  isConfigured: (url) => url.startsWith('https://registry.example/'),
  profileOf: () => profile,
};
