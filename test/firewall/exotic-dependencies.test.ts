import { afterEach, describe, expect, it } from 'vitest';
import { release } from '../loopback-registry/release.ts';
import { ask, closeAll, ordinaryPolicy, startBoth } from './running.ts';

afterEach(closeAll);

/** A package whose newest version makes its users fetch something past the firewall. */
function withDependency(field: string, range: string): readonly ReturnType<typeof release>[] {
  return [
    release({ name: 'heron', version: '1.0.0', dependencies: { egret: '^1.0.0' } }),
    release({ name: 'heron', version: '1.1.0', manifest: { [field]: { egret: range } } }),
  ];
}

describe('a version that depends on what no registry vouches for', () => {
  for (const [field, range] of [
    ['dependencies', 'git+ssh://git@git.example/egret.git'],
    ['optionalDependencies', 'acme/egret'],
    ['peerDependencies', 'https://files.example/egret.tgz'],
    ['dependencies', 'file:../egret'],
    ['dependencies', '..'],
    ['dependencies', ' . '],
  ] as const) {
    it(`is not in the document, and not to be had: ${field}, ${range}`, async () => {
      const { firewall } = await startBoth(withDependency(field, range));
      expect((await ask(firewall, '/heron')).json()).toMatchObject({ 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': {} } });
      expect((await ask(firewall, '/heron')).json()['versions']).not.toHaveProperty(['1.1.0']);
      expect((await ask(firewall, '/heron/1.1.0')).status).toBe(403);
      const tarball = await ask(firewall, '/heron/-/heron-1.1.0.tgz');
      expect(tarball.status).toBe(403);
      expect(tarball.json()).toMatchObject({ error: expect.stringContaining('it depends on egret, which would be taken from') as string });
      expect((await ask(firewall, '/heron/-/heron-1.0.0.tgz')).status).toBe(200);
    });
  }

  it('stays where the policy permits that dependency', async () => {
    const policy = `${ordinaryPolicy}rules:\n  source/git-dependency: off\n`;
    const { firewall } = await startBoth(withDependency('dependencies', 'github:acme/egret'), { policy });
    expect((await ask(firewall, '/heron')).json()['versions']).toHaveProperty(['1.1.0']);
    expect((await ask(firewall, '/heron/-/heron-1.1.0.tgz')).status).toBe(200);
  });

  it('stays where it is an alias or a development dependency', async () => {
    const packages = [
      release({ name: 'heron', version: '1.0.0', dependencies: { egret: 'npm:@acme/egret@1' } }),
      release({ name: 'heron', version: '1.1.0', manifest: { devDependencies: { egret: 'github:acme/egret' } } }),
    ];
    const { firewall } = await startBoth(packages);
    expect(Object.keys((await ask(firewall, '/heron')).json()['versions'] ?? {})).toEqual(['1.0.0', '1.1.0']);
  });
});
