import { resolve } from 'node:path';
import type { Scope } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import type { Inventory } from '../model/inventory.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import { writeFileAtomic } from '../platform/files.ts';
import { writeCycloneDX } from '../sbom/cyclonedx.ts';
import type { Bom } from '../sbom/cyclonedx-shape.ts';
import { type CycloneDxVersion, cyclonedxVersions } from '../sbom/cyclonedx-terms.ts';
import type { EnrichmentMap } from '../sbom/enrichment.ts';
import { toSpdx } from '../sbom/spdx.ts';
import { validateBom } from '../sbom/validate.ts';
import { version } from '../version.ts';
import type { Command, CommandResult, Invocation } from './command.ts';
import { type ReadLockfile, readLockfiles } from './lockfiles.ts';

const formats = ['cyclonedx-json', 'cyclonedx-xml', 'spdx-json'] as const;
const scopes: readonly Scope[] = ['dev', 'optional', 'peer'];
const tool = { name: 'lockgate', version };

/** `lockgate sbom`: writes an SBOM from a lockfile. Offline, unless `--enrich` asks the registry. */
export const sbom: Command = {
  name: 'sbom',
  summary: 'Write an SBOM from a lockfile: CycloneDX or SPDX',
  usage: '[PATH]',
  description: [
    'PATH is a folder with a lockfile, or the lockfile itself; this folder by default. Nothing is asked over the network',
    'without --enrich. The same lockfile gives the same bytes; a timestamp comes from SOURCE_DATE_EPOCH alone.',
  ].join('\n'),
  maxPositionals: 1,
  options: {
    output: { type: 'string', short: 'o', value: 'FILE', description: 'Write to a file instead of standard output' },
    format: { type: 'string', short: 'f', value: 'FORMAT', description: `${formats.join(', ')}; default ${formats[0]}` },
    spec: { type: 'string', value: 'VERSION', description: `CycloneDX version: ${cyclonedxVersions.join(', ')}; default 1.6` },
    omit: { type: 'string', value: 'SCOPES', description: `Leave out scopes, comma separated: ${scopes.join(', ')}` },
    by: { type: 'string', value: 'WHAT', description: 'One component per package (purl, default) or per installed copy (path)' },
    enrich: { type: 'boolean', description: 'Add licences, publishers, digests and proven builds, each with where it came from' },
    reproducible: { type: 'boolean', description: 'No serial number and no timestamp' },
    validate: { type: 'boolean', description: 'Validate the result; CycloneDX JSON is validated anyway' },
    'no-validate': { type: 'boolean', description: 'Do not validate' },
    offline: { type: 'boolean', description: 'With --enrich: use what is remembered' },
  },
  examples: [
    ['lockgate sbom', 'CycloneDX 1.6 JSON on standard output'],
    ['lockgate sbom packages/app --omit dev -o bom.json', 'what production needs, into a file'],
    ['lockgate sbom --format spdx-json --enrich', 'SPDX 2.3 with licences from the registry'],
  ],
  run: async (invocation) => {
    const choices = choicesOf(invocation);
    const [lockfile] = readLockfiles(invocation.positionals[0] ?? '.', invocation.environment.cwd, { isRecursive: false }).lockfiles;
    if (lockfile === undefined) throw new GateError('lockfile-missing', 'there is no lockfile');
    const enrichment = invocation.flag('enrich') ? await enrich(lockfile, invocation) : undefined;
    return deliver(write(lockfile.inventory, choices, enrichment), lockfile.inventory, invocation);
  },
};

interface Choices {
  readonly format: (typeof formats)[number];
  readonly spec: CycloneDxVersion;
  readonly by: 'purl' | 'path';
  readonly omit: ReadonlySet<Scope>;
  readonly isReproducible: boolean;
  readonly isValidated: boolean;
  readonly timestamp?: Milliseconds;
}

function choicesOf({ text, flag, environment }: Invocation): Choices {
  const epoch = environment.variables['SOURCE_DATE_EPOCH'];
  if (epoch !== undefined && !/^\d{1,11}$/.test(epoch)) throw new GateError('usage', 'SOURCE_DATE_EPOCH must be seconds since the epoch');
  const format = oneOf('format', text('format') ?? formats[0], formats);
  if (flag('validate') && format !== 'cyclonedx-json')
    throw new GateError('usage', `${format} cannot be validated here`, { hint: 'write cyclonedx-json, which is validated by itself' });
  return {
    format,
    spec: oneOf('spec', text('spec') ?? '1.6', cyclonedxVersions),
    by: oneOf('by', text('by') ?? 'purl', ['purl', 'path'] as const),
    omit: new Set(
      (text('omit') ?? '')
        .split(',')
        .filter(Boolean)
        .map((scope) => oneOf('omit', scope, scopes)),
    ),
    isReproducible: flag('reproducible'),
    isValidated: format === 'cyclonedx-json' && !flag('no-validate'),
    ...(epoch === undefined ? {} : { timestamp: milliseconds(Number(epoch) * 1000) }),
  };
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new GateError('usage', `--${option} cannot be ${JSON.stringify(value)}`, { hint: `one of ${allowed.join(', ')}` });
  return found;
}

function write(inventory: Inventory, choices: Choices, enrichment: EnrichmentMap | undefined): string {
  const { format, isValidated, ...rest } = choices;
  const options = { ...rest, tool, ...(enrichment === undefined ? {} : { enrichment }) };
  if (format === 'spdx-json') return toSpdx(inventory, options);
  const { text, bom } = writeCycloneDX(inventory, { ...options, format: format === 'cyclonedx-xml' ? 'xml' : 'json' });
  if (isValidated) assertValid(bom);
  return text;
}

/** An SBOM that does not validate is our bug, and is not handed out as if it were good. */
function assertValid(bom: Bom): void {
  const [problem] = validateBom(bom);
  if (problem !== undefined) throw new Error(`the SBOM does not validate: ${problem.kind} at ${problem.pointer}: ${problem.message}`);
}

function deliver(document: string, { components, origin }: Inventory, { text, environment }: Invocation): CommandResult {
  const output = text('output');
  if (output === undefined) return { exitCode: 0, stdout: document };
  writeFileAtomic(resolve(environment.cwd, output), document);
  const count = components.size;
  return { exitCode: 0, stderr: `wrote ${output}: ${count} ${count === 1 ? 'component' : 'components'} of ${origin.path}\n` };
}

async function enrich(lockfile: ReadLockfile, invocation: Invocation): Promise<EnrichmentMap> {
  // Only this option needs a registry: without it nothing of the network is loaded.
  const [{ openGate }, { settingsOnDisk }, { enrichmentFrom }] = await Promise.all([
    import('./judge.ts'),
    import('./project-settings.ts'),
    import('./enrichment.ts'),
  ]);
  const gate = await openGate(settingsOnDisk(lockfile.root, lockfile.root), invocation);
  try {
    return enrichmentFrom(lockfile.inventory, await gate.provenBuildsOf(lockfile.inventory, invocation.environment.signal));
  } finally {
    await gate.close();
  }
}
