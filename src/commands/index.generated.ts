// Written by `npm run generate`: do not edit.
import type { Command } from './command.ts';

/** Every command; the module behind an entry is loaded when it is called. */
export const commands: readonly { readonly name: string; readonly summary: string; readonly load: () => Promise<Command> }[] = [
  { name: 'check', summary: 'Judge a lockfile: may these dependencies be used', load: async () => (await import('./check.ts')).check },
  { name: 'diff', summary: 'Show which packages changed between two states of the repository', load: async () => (await import('./diff.ts')).diff },
  { name: 'explain', summary: 'Explain a rule: what it refuses, why, and what to do', load: async () => (await import('./explain.ts')).explain },
  { name: 'sbom', summary: 'Write a CycloneDX SBOM from a lockfile', load: async () => (await import('./sbom.ts')).sbom },
  { name: 'why', summary: 'Show who brings a package: all shortest ways from the root', load: async () => (await import('./why.ts')).why },
];
