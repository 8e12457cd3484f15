import { bun } from './bun.ts';
import type { ClientProfile } from './client.ts';
import { npm } from './npm.ts';
import { pnpm } from './pnpm.ts';
import { yarnBerry } from './yarn-berry.ts';
import { yarnClassic } from './yarn-classic.ts';

export const clients: readonly ClientProfile[] = [npm, pnpm, yarnClassic, yarnBerry, bun];

/** The clients that a program may be: `yarn` is two. Empty for a program that is no package manager. `program` is a path or a name, with or without `.cmd` and its kin. */
export function clientsOf(program: string): readonly ClientProfile[] {
  const name = programName(program);
  return clients.filter(({ programs }) => programs.includes(name));
}

/** The client behind a program that says this version of itself; undefined where none fits. */
export function clientWithVersion(program: string, version: string): ClientProfile | undefined {
  return clientsOf(program).find((client) => client.hasVersion(version));
}

/** `C:\node\npm.CMD` and `/usr/bin/npm` are `npm`. */
export function programName(program: string): string {
  const name = program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1);
  return name.replace(/\.(?:cmd|ps1|exe|bat|c?js|mjs)$/i, '').toLowerCase();
}
