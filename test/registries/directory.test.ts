import { describe, expect, it } from 'vitest';
import type { ConfiguredRegistries } from '../../src/registries/directory.ts';
import { createRegistryDirectory } from '../../src/registries/directory.ts';

const configured: ConfiguredRegistries = {
  registry: 'https://mirror.example/npm',
  scopes: new Map([['@acme', 'https://npm.acme.example:8443/']]),
  publicRegistry: 'https://registry.example/',
};

describe('the registry directory', () => {
  it('looks a name up where its scope says', () => {
    const { registryFor } = createRegistryDirectory(configured);
    expect(registryFor('left-pad')).toBe('https://mirror.example/npm/');
    expect(registryFor('@acme/ui')).toBe('https://npm.acme.example:8443/');
    expect(registryFor('@acme-evil/ui')).toBe('https://mirror.example/npm/');
    expect(registryFor('@__proto__/constructor')).toBe('https://mirror.example/npm/');
  });

  it.each([
    ['https://mirror.example/npm/left-pad/-/left-pad-1.3.0.tgz', true],
    ['https://registry.example/left-pad/-/left-pad-1.3.0.tgz', true],
    ['https://REGISTRY.example:443/left-pad/-/left-pad-1.3.0.tgz', true],
    ['https://registry.yarnpkg.com/left-pad/-/left-pad-1.3.0.tgz', true],
    ['https://npm.acme.example:8443/@acme/ui/-/ui-1.0.0.tgz', true],
    ['https://mirror.example/other/left-pad-1.3.0.tgz', false],
    ['https://mirror.example/npmx/left-pad-1.3.0.tgz', false],
    ['https://mirror.example/npm/../other/left-pad-1.3.0.tgz', false],
    ['http://registry.example/left-pad/-/left-pad-1.3.0.tgz', false],
    ['https://registry.example:8080/left-pad/-/left-pad-1.3.0.tgz', false],
    ['https://registry.example.evil.example/x.tgz', false],
    ['https://registry.example@evil.example/x.tgz', false],
    ['https://user@registry.example/x.tgz', false],
    ['https://npm.acme.example/@acme/ui/-/ui-1.0.0.tgz', false],
    ['git+https://registry.example/x.git', false],
    ['left-pad-1.3.0.tgz', false],
    ['', false],
  ])('says of %s: its own is %s', (url, isOwn) => {
    expect(createRegistryDirectory(configured).isConfigured(url)).toBe(isOwn);
  });

  it('gives the public profile to the public registry and its alias, and none to a mirror', () => {
    const { profileOf } = createRegistryDirectory(configured);
    expect(profileOf('https://registry.example/')).toMatchObject({ id: 'public', offers: { signatures: 'offered' } });
    expect(profileOf('https://registry.yarnpkg.com')).toMatchObject({ id: 'public' });
    expect(profileOf('http://registry.example/')).toMatchObject({ id: 'unprofiled', offers: { signatures: 'if-offered' } });
    expect(profileOf('https://mirror.example/npm/')).toMatchObject({ id: 'unprofiled', origins: ['https://mirror.example'] });
    expect(profileOf('nonsense')).toMatchObject({ id: 'unprofiled' });
  });

  it('lets the policy describe a registry: its other names and what it offers', () => {
    const { profileOf, isConfigured } = createRegistryDirectory({
      ...configured,
      additional: [
        {
          url: 'https://mirror.example/npm/',
          aliases: ['https://cdn.example/'],
          offers: { signatures: 'not-offered' },
          location: { file: 'lockgate.yaml', line: 3 },
        },
      ],
    });
    expect(profileOf('https://cdn.example/')).toMatchObject({ offers: { signatures: 'not-offered', attestations: 'if-offered' } });
    expect(isConfigured('https://cdn.example/left-pad.tgz')).toBe(true);
    expect(profileOf('https://registry.example/')).toMatchObject({ id: 'public', offers: { signatures: 'offered' } });
  });

  it('gives a registry the keys that the policy names, those of several entries together', () => {
    const entry = { aliases: [], offers: {}, location: { file: 'lockgate.yaml', line: 1 } };
    const key = (keyid: string) => ({ keyid, key: keyid });
    const { profileOf } = createRegistryDirectory({
      ...configured,
      additional: [
        { ...entry, url: 'https://npm.acme.example:8443/a/', keys: [key('one')], requiresSignatures: true },
        { ...entry, url: 'https://npm.acme.example:8443/b/', keys: [key('two')] },
      ],
    });
    expect(profileOf('https://npm.acme.example:8443/')).toMatchObject({ keys: [key('one'), key('two')], requiresSignatures: true });
    expect(profileOf('https://mirror.example/npm/')).not.toHaveProperty('keys');
  });
});
