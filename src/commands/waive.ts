import { resolve } from 'node:path';
import { checks } from '../checks/index.generated.ts';
import { waiverRules } from '../engine/waive.ts';
import { labelOf } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { formatHash } from '../model/integrity.ts';
import { formatDate } from '../model/units.ts';
import { readOptionalText, writeFileAtomic } from '../platform/files.ts';
import { loadPolicy } from '../policy/load.ts';
import { addWaiver } from '../policy/write-waiver.ts';
import { parseNamedFinding } from './allow-once.ts';
import type { Command, Invocation } from './command.ts';
import { readLockfiles } from './lockfiles.ts';
import { defaultPolicyFile } from './project-settings.ts';

/** `lockgate waive RULE:PACKAGE@VERSION`: writes a dated permission into the policy, proven before it is written. */
export const waive: Command = {
  name: 'waive',
  summary: 'Write a waiver for one finding into the policy',
  usage: 'RULE:PACKAGE@VERSION',
  description: [
    'The finding is named by its rule and its package, as the report prints them. The waiver is pinned to the digest in the',
    'lockfile, so that other bytes under the same version void it. The policy keeps its comments.',
  ].join('\n'),
  maxPositionals: 1,
  options: {
    until: {
      type: 'string',
      value: 'DATE',
      description: 'The last day on which it holds: 2026-12-31, at most 90 days on (14 for age rules)',
    },
    reason: { type: 'string', value: 'TEXT', description: 'Why it is acceptable, in at least 15 characters' },
    owner: { type: 'string', value: 'WHO', description: 'Who answers for it' },
    ticket: { type: 'string', value: 'REF', description: 'Where it was discussed' },
    policy: { type: 'string', short: 'p', value: 'FILE', description: `Another policy file than ${defaultPolicyFile}` },
    'dry-run': { type: 'boolean', description: 'Print the policy instead of writing it' },
  },
  examples: [
    [
      'lockgate waive source/git-dependency:our-fork@1.2.0 --until 2026-12-31 --owner ada@acme.example --reason "fix is merged, release is planned"',
      'permit one finding until the end of the year',
    ],
  ],
  run: async (invocation) => {
    const { environment, text, flag } = invocation;
    const finding = parseNamedFinding(invocation.positionals[0]);
    const path = text('policy') ?? defaultPolicyFile;
    const file = resolve(environment.cwd, path);
    const waiver = {
      ...finding,
      // A finding about a file has no bytes in the lockfile to be pinned to.
      ...(finding.rule.startsWith('configuration-change/') ? {} : pinOf(finding, environment.cwd)),
      reason: required(invocation, 'reason'),
      owner: required(invocation, 'owner'),
      ...(text('ticket') === undefined ? {} : { ticket: required(invocation, 'ticket') }),
      created: formatDate(environment.now),
      expires: required(invocation, 'until'),
    };
    const changed = addWaiver(readOptionalText(file), waiver);
    loadPolicy(changed, path, { checks, engineRules: Object.keys(waiverRules), now: environment.now });
    if (flag('dry-run')) return { exitCode: 0, stdout: changed };
    writeFileAtomic(file, changed);
    return {
      exitCode: 0,
      stderr: `wrote a waiver of ${finding.rule} for ${finding.package}@${finding.versions} until ${waiver.expires} into ${path}\n`,
    };
  },
};

/** The digest that the lockfile names for this package version, where it names one. */
function pinOf(finding: { readonly package: string; readonly versions: string }, cwd: string): { readonly integrity?: string } {
  const label = `${finding.package}@${finding.versions}`;
  const components = readLockfiles('.', cwd, { isRecursive: false }).lockfiles.flatMap(({ inventory }) => [
    ...inventory.components.values(),
  ]);
  const component = components.find((one) => labelOf(one) === label);
  if (component === undefined)
    throw new GateError('input-invalid', `${label} is not in the lockfile`, { hint: 'take the name and version that the finding prints' });
  return component.integrity === undefined ? {} : { integrity: formatHash(component.integrity[0]) };
}

function required({ text }: Invocation, option: string): string {
  const value = text(option);
  if (value === undefined) throw new GateError('usage', `--${option} is missing`, { hint: 'a waiver needs an end, a reason and an owner' });
  return value;
}
