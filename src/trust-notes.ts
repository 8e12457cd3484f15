import { registryKeys } from './evidence/registry-keys.ts';
import { registrySignature } from './evidence/registry-signature.ts';
import { verifiedProvenance } from './evidence/verified-provenance.ts';
import type { Component } from './model/component.ts';
import type { Collected } from './model/evidence.ts';
import type { RegistryDirectory } from './model/registry.ts';

/** What a reader must know about where the proof of signatures and provenance comes from; the same for all packages of a registry. */
export function trustNotes(component: Component, collected: Collected, registries: RegistryDirectory): readonly string[] {
  const host = (): string => new URL(registries.registryFor(component.name)).host;
  return [
    ...(isSelfVouched(component, collected)
      ? [`the signatures of ${host()} are verified with keys from its own endpoint; name them under registries in the policy to pin them`]
      : []),
    ...(isUnserved(component, collected)
      ? [`${host()} announces provenance and does not serve it: who built these packages is not judged`]
      : []),
  ];
}

/** Nobody but the registry itself vouches for its keys: whoever can answer for it can exchange both. */
function isSelfVouched(component: Component, collected: Collected): boolean {
  const keys = collected.get(registryKeys, registryKeys.subjectOf(component) ?? '');
  if (keys?.state !== 'known' || keys.value.source !== 'endpoint') return false;
  const signature = collected.get(registrySignature, registrySignature.subjectOf(component) ?? '');
  return signature?.state === 'known' && signature.value.status === 'verified';
}

function isUnserved(component: Component, collected: Collected): boolean {
  const provenance = collected.get(verifiedProvenance, verifiedProvenance.subjectOf(component) ?? '');
  return provenance?.state === 'known' && provenance.value.status === 'absent' && provenance.value.isAnnounced;
}
