import { resolve } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { writeFileAtomic } from '../platform/files.ts';
import { mergeCycloneDX } from '../sbom/merge.ts';
import { version } from '../version.ts';
import type { Command } from './command.ts';
import { readDocumentText } from './sbom-document.ts';

/** `lockgate sbom merge`: several SBOMs as one. */
export const sbomMerge: Command = {
  name: 'sbom merge',
  summary: 'Merge several SBOMs into one',
  usage: 'FILE...',
  description: 'The files are CycloneDX JSON; the result is in the newest version among them, with a new root above theirs.',
  maxPositionals: Infinity,
  options: {
    name: { type: 'string', value: 'NAME', description: 'What the merged SBOM is about' },
    'name-version': { type: 'string', value: 'VERSION', description: 'Its version; 0.0.0 by default' },
    output: { type: 'string', short: 'o', value: 'FILE', description: 'Write to a file instead of standard output' },
  },
  examples: [['lockgate sbom merge --name shop web.json api.json -o shop.json', 'one SBOM for two services']],
  run: async ({ positionals, text, environment }) => {
    const name = text('name');
    if (name === undefined || positionals.length === 0)
      throw new GateError('usage', 'merge needs --name and files', { hint: 'lockgate sbom merge --name shop web.json api.json' });
    const documents = positionals.map((path) => readDocumentText(path, 'FILE', environment.cwd));
    const merged = mergeCycloneDX(documents, { name, version: text('name-version') ?? '0.0.0', tool: { name: 'lockgate', version } });
    const output = text('output');
    if (output === undefined) return { exitCode: 0, stdout: merged };
    writeFileAtomic(resolve(environment.cwd, output), merged);
    return { exitCode: 0, stderr: `wrote ${output}\n` };
  },
};
