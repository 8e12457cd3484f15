// Written by `npm run generate`: do not edit.
import type { Command } from './command.ts';

/** Every command; the module behind an entry is loaded when it is called. */
export const commands: readonly { readonly name: string; readonly summary: string; readonly load: () => Promise<Command> }[] = [
  { name: 'advisories', summary: 'Import advisories in OSV format, or show what is imported', load: async () => (await import('./advisories.ts')).advisories },
  { name: 'agent-hook', summary: 'Judge what an AI agent is about to install, from its hook', load: async () => (await import('./agent-hook.ts')).agentHook },
  { name: 'check', summary: 'Judge a lockfile: may these dependencies be used', load: async () => (await import('./check.ts')).check },
  { name: 'completion', summary: 'Print a completion script for bash, zsh or fish', load: async () => (await import('./completion.ts')).completion },
  { name: 'diff', summary: 'Show which packages changed between two states of the repository', load: async () => (await import('./diff.ts')).diff },
  { name: 'exec', summary: 'Run a package manager behind the gate: nothing lands before it was judged', load: async () => (await import('./exec.ts')).exec },
  { name: 'explain', summary: 'Explain a rule: what it refuses, why, and what to do', load: async () => (await import('./explain.ts')).explain },
  { name: 'fix', summary: 'Propose a way out for refused packages: an older version that passes, or the right name', load: async () => (await import('./fix.ts')).fix },
  { name: 'init', summary: 'Write a commented policy, and on request a baseline of what is known today', load: async () => (await import('./init.ts')).init },
  { name: 'licences', summary: 'List the licences of all dependencies by category', load: async () => (await import('./licences.ts')).licences },
  { name: 'names', summary: 'Tell whether package names imitate popular ones, offline', load: async () => (await import('./names.ts')).names },
  { name: 'notices', summary: 'Write the attribution file: packages, licences and their texts', load: async () => (await import('./notices.ts')).notices },
  { name: 'policy', summary: 'Prove the policy and print what is in force, and where each value came from', load: async () => (await import('./policy.ts')).policy },
  { name: 'sbom check', summary: 'Validate an SBOM, and score it against NTIA, BSI or CISA', load: async () => (await import('./sbom-check.ts')).sbomCheck },
  { name: 'sbom diff', summary: 'Compare two SBOMs: other bytes under the same version are an alarm', load: async () => (await import('./sbom-diff.ts')).sbomDiff },
  { name: 'sbom merge', summary: 'Merge several SBOMs into one', load: async () => (await import('./sbom-merge.ts')).sbomMerge },
  { name: 'sbom sign', summary: 'Sign an SBOM: an in-toto attestation by a key, or keyless by an identity', load: async () => (await import('./sbom-sign.ts')).sbomSign },
  { name: 'sbom verify', summary: 'Prove who signed an SBOM, and what it describes', load: async () => (await import('./sbom-verify.ts')).sbomVerify },
  { name: 'sbom', summary: 'Write an SBOM from a lockfile: CycloneDX or SPDX', load: async () => (await import('./sbom.ts')).sbom },
  { name: 'trust', summary: 'Show or update the trust root and registry keys', load: async () => (await import('./trust.ts')).trust },
  { name: 'verify', summary: 'Prove who published and built a package, or that a Sigstore bundle holds', load: async () => (await import('./verify.ts')).verify },
  { name: 'waive import', summary: 'Turn the age excludes of the package managers into waivers that end', load: async () => (await import('./waive-import.ts')).waiveImport },
  { name: 'waive', summary: 'Write a waiver for one finding into the policy', load: async () => (await import('./waive.ts')).waive },
  { name: 'why', summary: 'Show who brings a package: all shortest ways from the root', load: async () => (await import('./why.ts')).why },
];
