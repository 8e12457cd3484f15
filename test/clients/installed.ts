import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The package managers of `npm run clients`, by the ids of `versions.json`. */
export type InstalledClient = 'npm10' | 'npm11' | 'npm12' | 'pnpm10' | 'pnpm11' | 'pnpm12' | 'yarn1' | 'yarn4' | 'bun';

export const allClients: readonly InstalledClient[] = ['npm10', 'npm11', 'npm12', 'pnpm10', 'pnpm11', 'pnpm12', 'yarn1', 'yarn4', 'bun'];

const folder = resolve('.cache/clients');

/** Whether a client is there; prints once why its tests are skipped where it is not. */
export function isInstalled(id: InstalledClient): boolean {
  const isThere = existsSync(join(folder, id, 'integrity'));
  // oxlint-disable-next-line no-console
  if (!isThere) console.log(`skipped: ${id} is not installed; npm run clients installs it`);
  return isThere;
}

/** The folder that belongs first on PATH: the client's programs and its Node. */
export function pathOf(id: InstalledClient): string {
  return join(folder, id, 'path');
}

/** `npm`, `pnpm`, `yarn` or `bun`. */
export function programOf(id: InstalledClient): string {
  return id.replace(/\d+$/, '');
}
