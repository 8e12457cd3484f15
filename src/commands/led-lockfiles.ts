import { join } from 'node:path';
import { type LeadOptions, ledToFirewall, withoutFirewall } from '../exec/lockfile-addresses.ts';
import type { Gate } from '../gate.ts';
import { readOptionalText, writeFileAtomic } from '../platform/files.ts';
import type { ClientRun } from './client-run.ts';

/** Which addresses in lockfiles belong to configured registries. */
export type RegistryAddresses = Omit<LeadOptions, 'file' | 'origin'>;

/** Those of a gate: the default registry under all its names, and the registries of scopes and of the policy. */
export function addressesOf({ npm, registries, policy }: Gate): RegistryAddresses {
  const described = policy.registries.flatMap(({ url, aliases }) => [url, ...aliases]);
  return {
    defaults: [npm.registry.value, ...registries.profileOf(npm.publicRegistry).origins.map((origin) => `${origin}/`)],
    others: [...[...npm.scopes.values()].map(({ value }) => value), ...described].map((url) => (url.endsWith('/') ? url : `${url}/`)),
    registryFor: registries.registryFor,
  };
}

/** Texts of the client's lockfiles in a project, by name. */
export function lockfilesOf({ client, root }: ClientRun): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const name of client.lockfiles) {
    const text = readOptionalText(join(root.folder, name));
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}

/** A client that follows the addresses of its lockfile to the letter has to find the firewall there. */
export function leadLockfiles(run: ClientRun, addresses: RegistryAddresses, origin: string): void {
  for (const [file, text] of lockfilesOf(run)) {
    const led = ledToFirewall(text, { ...addresses, file, origin });
    if (led !== text) writeFileAtomic(join(run.root.folder, file), led);
  }
}

/**
 * No address of the firewall stays behind: not after a run, and not from an earlier one that was killed.
 * @param before texts before the run, by name: what was there is there again
 */
export function restoreLockfiles(run: ClientRun, addresses: RegistryAddresses, origin: string, before: ReadonlyMap<string, string>): void {
  for (const [file, text] of lockfilesOf(run)) {
    const options = { ...addresses, file, origin };
    const original = before.get(file);
    const isAsLed = original !== undefined && text === ledToFirewall(original, options);
    const restored = isAsLed ? original : withoutFirewall(text, original, options);
    if (restored !== text) writeFileAtomic(join(run.root.folder, file), restored);
  }
}
