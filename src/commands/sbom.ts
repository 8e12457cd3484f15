import { resolve } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { writeFileAtomic } from '../platform/files.ts';
import { toCycloneDX } from '../sbom/cyclonedx.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { readLockfiles } from './lockfiles.ts';

/** `lockgate sbom`: writes a CycloneDX SBOM from a lockfile. Offline. */
export const sbom: Command = {
  name: 'sbom',
  summary: 'Write a CycloneDX SBOM from a lockfile',
  usage: '[PATH]',
  description: 'PATH is a folder with a lockfile, or the lockfile itself; this folder by default. Nothing is asked over the network.',
  maxPositionals: 1,
  options: {
    output: { type: 'string', short: 'o', value: 'FILE', description: 'Write to a file instead of standard output' },
  },
  examples: [
    ['lockgate sbom', 'CycloneDX 1.6 JSON on standard output'],
    ['lockgate sbom packages/app -o bom.json', 'of another folder, into a file'],
  ],
  run: async ({ positionals, text, environment }) => {
    const { lockfiles } = readLockfiles(positionals[0] ?? '.', environment.cwd, { isRecursive: false });
    const [lockfile] = lockfiles;
    if (lockfile === undefined) throw new GateError('lockfile-missing', 'there is no lockfile');
    const document = await toCycloneDX(lockfile.inventory, { tool: { name: 'lockgate', version } });
    const output = text('output');
    if (output === undefined) return { exitCode: 0, stdout: document };
    writeFileAtomic(resolve(environment.cwd, output), document);
    return { exitCode: 0, stderr: `wrote ${output}: ${lockfile.inventory.components.size} components\n` };
  },
};
