import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RepositorySource } from '../../src/fleet/repository-source.ts';
import { sha512 } from '../support/inventory.ts';

/** Folders with a package-lock each, of some hundred packages that overlap as those of real fleets do: most are held by many. */
export function syntheticFleet(repositories: number, packages = 60): readonly RepositorySource[] {
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-fleet-'));
  return Array.from({ length: repositories }, (_, index) => {
    const name = `repository-${String(index).padStart(5, '0')}`;
    const path = join(folder, name);
    mkdirSync(path);
    writeFileSync(join(path, 'package-lock.json'), lockfile(name, index, packages));
    return { name, tags: [], at: { path } };
  });
}

function lockfile(name: string, index: number, packages: number): string {
  const held = Array.from({ length: packages }, (_, position) => {
    // The first ones everybody has; the later, the fewer share it.
    const share = position < packages / 2 ? 0 : index % (position + 1);
    return { name: `package-${position}`, version: `1.${share}.0`, byte: (position + share) % 251 };
  });
  const dependencies = Object.fromEntries(held.map(({ name, version }) => [name, version]));
  const entries = held.map(({ name, version, byte }) => [`node_modules/${name}`, { version, integrity: sha512(byte), license: 'MIT' }]);
  const root = { name, version: '1.0.0', dependencies };
  return JSON.stringify({ ...root, lockfileVersion: 3, requires: true, packages: { '': root, ...Object.fromEntries(entries) } }, null, 1);
}
