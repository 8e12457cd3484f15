import { resolve } from 'node:path';
import { checks } from '../checks/index.generated.ts';
import { GateError } from '../model/gate-error.ts';
import { formatDate } from '../model/units.ts';
import { readOptionalText, statPath, writeFileAtomic } from '../platform/files.ts';
import { baselineFile, readBaseline, writeBaseline } from '../policy/baseline.ts';
import type { Command, CommandResult, Invocation } from './command.ts';
import { judgingOptions, openGate } from './judge.ts';
import { readLockfiles } from './lockfiles.ts';
import { defaultPolicyFile, settingsOnDisk } from './project-settings.ts';

/** `lockgate init`: a commented policy to start from, and on request a dated baseline of today's findings. */
export const init: Command = {
  name: 'init',
  summary: 'Write a commented policy, and on request a baseline of what is known today',
  usage: '',
  description: [
    `Writes ${defaultPolicyFile} with every option at its default, commented out. With --baseline the lockfile is judged and`,
    `today's errors and warnings go into ${baselineFile}: they are reported and do not decide, for 180 days. An existing baseline`,
    'may only shrink: what is gone leaves it, and nothing new goes in.',
  ].join('\n'),
  maxPositionals: 0,
  options: {
    baseline: { type: 'boolean', description: "Judge the lockfile and write today's findings as the baseline" },
    ...judgingOptions,
  },
  examples: [
    ['lockgate init', 'a policy to edit'],
    ['lockgate init --baseline', 'start with what is there, and let it only get better'],
  ],
  run: async (invocation) => (invocation.flag('baseline') ? initBaseline(invocation) : initPolicy(invocation)),
};

async function initPolicy({ environment, text }: Invocation): Promise<CommandResult> {
  const path = text('policy') ?? defaultPolicyFile;
  const file = resolve(environment.cwd, path);
  if (statPath(file) !== undefined)
    throw new GateError('usage', `${path} is there already`, { hint: 'lockgate policy check shows what is in force' });
  writeFileAtomic(file, template());
  return { exitCode: 0, stderr: `wrote ${path}: every line is a default that you may change\n` };
}

async function initBaseline(invocation: Invocation): Promise<CommandResult> {
  const { environment } = invocation;
  const [lockfile] = readLockfiles('.', environment.cwd, { isRecursive: false }).lockfiles;
  if (lockfile === undefined) throw new GateError('lockfile-missing', 'there is no lockfile');
  const file = resolve(lockfile.root, baselineFile);
  const existing = readOptionalText(file);
  const gate = await openGate(settingsOnDisk(lockfile.root, lockfile.root), invocation);
  try {
    const report = await gate.assess(lockfile.inventory, { siblingLockfiles: lockfile.siblings, signal: environment.signal });
    const open = report.outcomes.filter((outcome) => outcome.result === 'inconclusive' && !outcome.isAccepted).length;
    if (open > 0) {
      throw new GateError('usage', `${open} judgements are inconclusive: a baseline needs them decided`, {
        hint: 'lockgate check says what could not be verified, and how to accept it',
      });
    }
    const before = existing === undefined ? undefined : readBaseline(existing, baselineFile);
    const content = writeBaseline(report.findings, formatDate(environment.now), before);
    writeFileAtomic(file, content);
    const count = readBaseline(content, baselineFile).entries.size;
    const what = before === undefined ? `${count} findings` : `${before.entries.size} findings became ${count}`;
    return { exitCode: 0, stderr: `wrote ${baselineFile}: ${what}\n` };
  } finally {
    await gate.close();
  }
}

/** Every option of every check at its default, as comments: the file changes nothing until somebody edits it. */
function template(): string {
  const options = checks
    .filter((check) => Object.keys(check.options.properties).length > 0)
    .flatMap((check) => [
      `#   ${check.id}:`,
      ...Object.entries(check.options.properties).flatMap(([name, schema]) => [
        ...(schema.description === undefined ? [] : [`#     # ${schema.description}`]),
        `#     ${name}: ${schema.default === undefined ? '' : typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)}`.trimEnd(),
      ]),
    ]);
  return [
    '# yaml-language-server: $schema=node_modules/lockgate/schemas/policy.schema.json',
    '# The policy of this repository. Without a line below, the built-in default holds; lockgate policy check shows all of it.',
    'version: 1',
    '',
    '# off, note, warning or error for single rules; lockgate explain lists them.',
    '# rules:',
    '#   install-scripts/unlisted: error',
    '',
    '# checks:',
    ...options,
    '',
    '# Packages that may run code during the install, with the reason.',
    '# allowlists:',
    '#   install-scripts:',
    '#     - { package: our-native-addon, reason: builds our own addon }',
    '',
    '# Permissions for single findings; lockgate waive writes them. At most 90 days, 14 for age rules.',
    '# waivers:',
    '#   - rule: source/git-dependency',
    '#     package: our-fork',
    '#     versions: 1.2.x',
    '#     reason: our own fork until the fix is released upstream',
    '#     owner: somebody@acme.example',
    '#     expires: 2026-12-31',
    '',
    '# Evidence that a registry does not have, knowingly accepted.',
    '# inconclusive:',
    '#   accept:',
    '#     - { check: registry-signature, registry: registry.acme.example, reason: the mirror keeps no signatures }',
    '',
  ].join('\n');
}
