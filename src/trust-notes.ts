import { registryKeys } from './evidence/registry-keys.ts';
import { registrySignature } from './evidence/registry-signature.ts';
import type { Collected } from './model/evidence.ts';
import type { Inventory } from './model/inventory.ts';
import type { RegistryDirectory } from './model/registry.ts';

/**
 * Which registries' signatures rest on keys that nobody but the registry itself vouches for: whoever can answer for it can
 * exchange both. Once per registry, and only where such a signature was verified.
 */
export function keyNotes({ components }: Inventory, collected: Collected, { registryFor }: RegistryDirectory): readonly string[] {
  const selfMade = new Set<string>();
  for (const component of components.values()) {
    const keys = collected.get(registryKeys, registryKeys.subjectOf(component) ?? '');
    const signature = collected.get(registrySignature, registrySignature.subjectOf(component) ?? '');
    if (keys?.state !== 'known' || keys.value.source !== 'endpoint') continue;
    if (signature?.state === 'known' && signature.value.status === 'verified') selfMade.add(new URL(registryFor(component.name)).host);
  }
  return [...selfMade]
    .sort()
    .map(
      (host) =>
        `the signatures of ${host} are verified with keys from its own endpoint; name them under registries in the policy to pin them`,
    );
}
