/** The loopback registry with attestations of an ecosystem of ours: it signs, attests and answers over real HTTP. */
import { type LoopbackRegistry, type RegistryOptions, startRegistry } from '../loopback-registry/registry.ts';
import type { Fault } from '../loopback-registry/faults.ts';
import type { BuiltRelease } from '../loopback-registry/release.ts';
import type { Attestation, Ecosystem, SignOptions, Target } from './ecosystem.ts';

export type AttestingRegistry = LoopbackRegistry;

/** `name@version` to how its provenance is signed, or to the attestations themselves. Versions that are missing have none. */
export type Attested = Readonly<Record<string, SignOptions | readonly Attestation[]>>;

/** Starts a registry whose keys endpoint names its own signing key and the ecosystem's attestation key. */
export async function startAttestingRegistry(
  ecosystem: Ecosystem,
  releases: readonly BuiltRelease[],
  attested: Attested,
  options: RegistryOptions = {},
): Promise<AttestingRegistry> {
  const answers = new Map<string, unknown>();
  for (const built of releases) {
    const label = `${built.options.name}@${built.options.version}`;
    const how = attested[label];
    if (how !== undefined) answers.set(label, { attestations: isList(how) ? how : await attest(ecosystem, built, how) });
  }
  const registry = await startRegistry(releases, { ...options, attestations: Object.fromEntries(answers) });
  const keys: Fault = {
    path: '/-/npm/v1/keys',
    type: 'body',
    body: JSON.stringify({ keys: [registry.signer.publicKey, ecosystem.registryKey] }),
  };
  const setFaults = (faults: readonly Fault[]): void => registry.setFaults([...faults, ...(options.isSigned === false ? [] : [keys])]);
  setFaults(options.faults ?? []);
  return { ...registry, setFaults };
}

/** What the registry answers for a version that was built as `how` says: its own attestation first, as today's registry does. */
export async function attest(ecosystem: Ecosystem, built: BuiltRelease, how: SignOptions = {}): Promise<readonly Attestation[]> {
  const { name, version } = built.options;
  const target: Target = { name, version, integrity: built.integrity };
  return [await ecosystem.publish(target), await ecosystem.provenance(target, how)];
}

function isList(how: SignOptions | readonly Attestation[]): how is readonly Attestation[] {
  return Array.isArray(how);
}
