import { labelOf } from '../model/component.ts';
import { inertLine } from '../model/inert.ts';
import { formatIntegrity } from '../model/integrity.ts';
import { type SbomChange, diffSboms } from '../sbom/diff.ts';
import type { Command } from './command.ts';
import { readDocument } from './sbom-document.ts';

/** `lockgate sbom diff`: what changed between two SBOMs; other bytes under the same version are an alarm. */
export const sbomDiff: Command = {
  name: 'sbom diff',
  summary: 'Compare two SBOMs: other bytes under the same version are an alarm',
  usage: 'BEFORE AFTER',
  description: 'Both are CycloneDX JSON. Exit code 1 when a package has other bytes under the same version, else 0.',
  maxPositionals: 2,
  options: { format: { type: 'string', short: 'f', value: 'FORMAT', description: 'text (default) or json' } },
  examples: [['lockgate sbom diff old.json new.json', 'what a release brings and takes']],
  run: async ({ positionals, text, environment }) => {
    const [before, after] = [
      readDocument(positionals[0], 'BEFORE', environment.cwd),
      readDocument(positionals[1], 'AFTER', environment.cwd),
    ];
    const { changes, isAlarming } = diffSboms(before.reading.inventory, after.reading.inventory);
    const exitCode = isAlarming ? 1 : 0;
    if (text('format') === 'json')
      return { exitCode, stdout: `${JSON.stringify({ isAlarming, changes: changes.map(toJson) }, null, 2)}\n` };
    return { exitCode, stdout: changes.length === 0 ? 'no difference\n' : `${changes.map(render).join('\n')}\n` };
  },
};

function render(change: SbomChange): string {
  switch (change.type) {
    case 'added':
      return `  + ${inertLine(labelOf(change.after))}`;
    case 'removed':
      return `  - ${inertLine(labelOf(change.before))}`;
    case 'upgraded':
    case 'downgraded':
    case 'version-changed':
      return `  ~ ${inertLine(change.after.name)} ${inertLine(change.before.version)} → ${inertLine(change.after.version)} (${change.type})`;
    case 'licence-changed':
      return `  ~ ${inertLine(labelOf(change.after))}: licence ${inertLine(change.from)} → ${inertLine(change.to)}`;
    case 'source-changed':
      return `  ! ${inertLine(labelOf(change.after))}: source ${change.before.source.type} → ${change.after.source.type}`;
    case 'hash-changed':
      return `ALARM ${inertLine(labelOf(change.after))}: same version, other bytes\n      ${digests(change.before)}\n      ${digests(change.after)}`;
  }
}

function digests({ integrity }: { readonly integrity?: Parameters<typeof formatIntegrity>[0] }): string {
  return integrity === undefined ? 'no digest' : formatIntegrity(integrity);
}

function toJson(change: SbomChange): unknown {
  return {
    type: change.type,
    ...('before' in change ? { before: change.before.purl } : {}),
    ...('after' in change ? { after: change.after.purl } : {}),
    ...(change.type === 'licence-changed' ? { from: change.from, to: change.to } : {}),
  };
}
