import { readFileSync } from 'node:fs';
import { GateError } from '../model/gate-error.ts';
import type { AllowlistEntry } from '../model/policy.ts';

const folder = new URL('../../allowlists/', import.meta.url);

/** The bytes of a file that ships under `allowlists/`. A missing one is a broken installation, not an empty list. */
export function readShipped(path: string): Uint8Array {
  return readFileSync(new URL(path, folder));
}

/** Answers which entry of a list covers a package: the policy's own entries first, then the shipped list; exact names before scopes. */
export function createAllowlists(
  own: ReadonlyMap<string, readonly AllowlistEntry[]>,
): (list: string, packageName: string) => AllowlistEntry | undefined {
  const lists = new Map<string, ReadonlyMap<string, AllowlistEntry>>();
  const load = (list: string): ReadonlyMap<string, AllowlistEntry> => {
    const known = lists.get(list);
    if (known !== undefined) return known;
    // The policy's own entries come last, so that they win over shipped ones.
    const entries = new Map([...shippedEntries(list), ...(own.get(list) ?? [])].map((entry) => [entry.package, entry]));
    lists.set(list, entries);
    return entries;
  };
  return (list, packageName) => load(list).get(packageName) ?? load(list).get(scopePattern(packageName));
}

function scopePattern(name: string): string {
  return name.startsWith('@') ? `${name.slice(0, name.indexOf('/'))}/*` : '';
}

function shippedEntries(list: string): readonly AllowlistEntry[] {
  const parsed: unknown = JSON.parse(Buffer.from(readShipped(`${list}.json`)).toString('utf8'));
  if (!isList(parsed))
    throw new GateError('configuration-invalid', `the shipped list ${list} is damaged`, { hint: 'install Lockgate again' });
  return parsed.entries.map((entry) => ({ ...entry, source: `allowlists/${list}.json, ${parsed.date}` }));
}

function isList(value: unknown): value is { readonly date: string; readonly entries: readonly Omit<AllowlistEntry, 'source'>[] } {
  if (typeof value !== 'object' || value === null || !('entries' in value) || !Array.isArray(value.entries)) return false;
  return 'date' in value && typeof value.date === 'string' && value.entries.every(isEntry);
}

function isEntry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('package' in value) || !('reason' in value)) return false;
  const scripts = 'scripts' in value ? value.scripts : [];
  return (
    typeof value.package === 'string' &&
    typeof value.reason === 'string' &&
    Array.isArray(scripts) &&
    scripts.every((script) => typeof script === 'string')
  );
}
