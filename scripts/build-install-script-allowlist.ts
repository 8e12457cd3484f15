import { readFile, writeFile } from 'node:fs/promises';
import pacote from 'pacote';

/**
 * Writes `allowlists/install-scripts.json` anew: the hand-kept names and reasons stay, the commands are taken from the
 * registry. A command counts when the latest version or at least three versions use it, so that a single bad release
 * does not write itself onto the list.
 */
const path = 'allowlists/install-scripts.json';
const events = ['preinstall', 'install', 'postinstall'] as const;

interface List {
  readonly description: string;
  readonly date: string;
  readonly entries: readonly { readonly package: string; readonly reason: string; readonly scripts?: readonly string[] }[];
}

const list = JSON.parse(await readFile(path, 'utf8')) as List; // our own data, proven by its schema test
const entries = [];
for (const entry of list.entries) {
  const scripts = await commandsOf(entry.package);
  if (scripts.length === 0) console.error(`${entry.package}: no install script in the registry, left out`);
  else entries.push({ package: entry.package, reason: entry.reason, scripts });
}
const sorted = entries.sort((a, b) => (a.package < b.package ? -1 : 1));
await writeFile(path, `${JSON.stringify({ ...list, date: new Date().toISOString().slice(0, 10), entries: sorted }, null, 2)}\n`);

async function commandsOf(name: string): Promise<readonly string[]> {
  const document: unknown = await pacote.packument(name, { fullMetadata: true });
  // The registry's own document; fields that are missing read as none.
  const { versions: byVersion } = document as {
    readonly versions: Record<string, { readonly scripts?: Record<string, string>; readonly gypfile?: boolean }>;
  };
  const versions = Object.values(byVersion);
  const counts = new Map<string, number>();
  let latest: readonly string[] = [];
  for (const { scripts = {}, gypfile = false } of versions) {
    const own = events.flatMap((event) => scripts[event] ?? []);
    latest = gypfile && scripts['install'] === undefined && scripts['preinstall'] === undefined ? [...own, 'node-gyp rebuild'] : own;
    for (const command of latest) counts.set(command, (counts.get(command) ?? 0) + 1);
  }
  return [...counts]
    .filter(([command, count]) => count >= 3 || latest.includes(command))
    .map(([command]) => command)
    .sort();
}
