import { allProviders } from './checks/build-providers.ts';
import { provenance } from './checks/provenance.ts';
import { provenanceIdentity, type IdentityOptions } from './checks/provenance-identity.ts';
import { attestationsAddress } from './collectors/attestations-address.ts';
import { collect } from './engine/collect.ts';
import { evaluate } from './engine/evaluate.ts';
import { plan } from './engine/plan.ts';
import { type Packument, packument } from './evidence/packument.ts';
import { type ProvenProvenance, verifiedProvenance } from './evidence/verified-provenance.ts';
import type { CheckContext } from './model/check.ts';
import type { BomRef, Component } from './model/component.ts';
import type { Collected, Collector, Observation } from './model/evidence.ts';
import type { Inventory } from './model/inventory.ts';
import type { Policy } from './model/policy.ts';
import type { RegistryDirectory } from './model/registry.ts';
import { type Milliseconds, milliseconds } from './model/units.ts';
import { type BuildIdentity, identityOf } from './provenance/identity.ts';

/** Who built a component, as its certificate says, and where that can be read. */
export interface ProvenBuild {
  readonly identity: BuildIdentity;
  readonly predicateType: string;
  /** Signed by the log. */
  readonly signedAt: Milliseconds;
  readonly log: string;
  readonly logIndex: string;
  /** Where the attestations are. */
  readonly url: string;
}

export interface ProvenBuilds {
  /** The registry's documents, by package name. */
  readonly documents: ReadonlyMap<string, Observation<Packument>>;
  /** Only what both checks of provenance pass: proven over the locked bytes, and believed by the policy. */
  readonly builds: ReadonlyMap<BomRef, ProvenBuild>;
}

export interface ProvenBuildsInput {
  readonly inventory: Inventory;
  readonly policy: Policy;
  readonly collectors: readonly Collector<unknown>[];
  readonly registries: RegistryDirectory;
  readonly now: Milliseconds;
  readonly signal: AbortSignal;
  readonly onProgress: (evidence: string, done: number, total: number) => void;
}

const checks = [provenance, provenanceIdentity];

/** Proves the builds of an inventory's components. What cannot be proven, for whatever reason, is left out. */
export async function provenBuilds(input: ProvenBuildsInput): Promise<ProvenBuilds> {
  const { inventory, policy, registries } = input;
  const collected = await collect(plan({ ...input, checks }), input);
  const documents = new Map<string, Observation<Packument>>();
  const builds = new Map<BomRef, ProvenBuild>();
  const context = contextOf(input);
  // The check's own schema has validated and completed them.
  const { providers } = (policy.options.get(provenanceIdentity.id) ?? provenanceIdentity.options.defaults) as IdentityOptions;
  for (const component of inventory.components.values()) {
    const document = collected.get(packument, packument.subjectOf(component) ?? '');
    if (document !== undefined) documents.set(component.name, document);
    const proven = provenanceOf(component, collected);
    const identity = proven === undefined ? undefined : identityOf(proven.certificate, allProviders(providers));
    if (proven === undefined || identity?.verdict !== 'accepted' || component.isBundled === true) continue;
    const isBelieved = checks.every(
      (check) => evaluate(check, { kind: 'component', component }, collected, context, policy).result === 'pass',
    );
    if (!isBelieved) continue;
    builds.set(component.bomRef, {
      identity: identity.value,
      predicateType: proven.predicateType,
      signedAt: milliseconds(proven.signedAt),
      log: proven.log,
      logIndex: proven.logIndex,
      url: attestationsAddress(component.name, component.version, registries.registryFor(component.name)),
    });
  }
  return { documents, builds };
}

function provenanceOf(component: Component, collected: Collected): ProvenProvenance | undefined {
  const observation = collected.get(verifiedProvenance, verifiedProvenance.subjectOf(component) ?? '');
  return observation?.state === 'known' && observation.value.status === 'verified' ? observation.value.provenance : undefined;
}

function contextOf({ inventory, registries, now }: ProvenBuildsInput): CheckContext {
  return {
    now,
    inventory,
    registries,
    isDirect: () => false,
    siblingLockfiles: [],
    option: () => undefined,
    allowed: () => undefined,
  };
}
