import { resolve } from 'node:path';
import { checks } from '../checks/index.generated.ts';
import { waiverRules } from '../engine/waive.ts';
import { GateError } from '../model/gate-error.ts';
import type { Finding } from '../model/finding.ts';
import { formatDate } from '../model/units.ts';
import { readOptionalText, writeFileAtomic } from '../platform/files.ts';
import { type AgeExclude, ageExcludeFiles, ageExcludes, covers } from '../policy/age-excludes.ts';
import { loadPolicy } from '../policy/load.ts';
import { addWaiver } from '../policy/write-waiver.ts';
import type { Command } from './command.ts';
import { judgingOptions, openGate } from './judge.ts';
import { readLockfiles } from './lockfiles.ts';
import { defaultPolicyFile, settingsOnDisk } from './project-settings.ts';

/** Age waivers live for two weeks at most; an imported one takes all of it. */
const life = 14;

/** `lockgate waive import`: turns the package managers' own age excludes into waivers that end. */
export const waiveImport: Command = {
  name: 'waive import',
  summary: 'Turn the age excludes of the package managers into waivers that end',
  usage: '',
  description: [
    'Reads min-release-age-exclude (npm), minimumReleaseAgeExclude (pnpm), npmPreapprovedPackages (yarn) and',
    'minimumReleaseAgeExcludes (bun), judges the lockfile, and writes a waiver for each age finding that they cover: for the',
    `exact version, for ${life} days.`,
  ].join('\n'),
  maxPositionals: 0,
  options: {
    owner: { type: 'string', value: 'WHO', description: 'Who answers for the waivers' },
    'dry-run': { type: 'boolean', description: 'Print the policy instead of writing it' },
    ...judgingOptions,
  },
  examples: [['lockgate waive import --owner ada@acme.example', 'take over what the package manager excludes today']],
  run: async (invocation) => {
    const { environment, text, flag } = invocation;
    const owner = text('owner');
    if (owner === undefined) throw new GateError('usage', '--owner is missing', { hint: 'a waiver needs somebody who answers for it' });
    const [lockfile] = readLockfiles('.', environment.cwd, { isRecursive: false }).lockfiles;
    if (lockfile === undefined) throw new GateError('lockfile-missing', 'there is no lockfile');
    const excludes = ageExcludeFiles.flatMap((file) => ageExcludes(file, readOptionalText(resolve(lockfile.root, file)) ?? ''));
    const gate = await openGate(settingsOnDisk(lockfile.root, lockfile.root), invocation);
    const report = await gate.assess(lockfile.inventory, { signal: environment.signal });
    await gate.close();

    const path = text('policy') ?? defaultPolicyFile;
    const file = resolve(environment.cwd, path);
    const waivers = report.findings.flatMap((finding) => waiverFor(finding, excludes, owner, environment.now));
    const changed = waivers.reduce<string | undefined>((policy, waiver) => addWaiver(policy, waiver), readOptionalText(file));
    if (waivers.length === 0 || changed === undefined)
      return { exitCode: 0, stderr: `${excludes.length} excludes cover no finding of today: nothing was written\n` };
    loadPolicy(changed, path, { checks, engineRules: Object.keys(waiverRules), now: environment.now });
    if (flag('dry-run')) return { exitCode: 0, stdout: changed };
    writeFileAtomic(file, changed);
    return {
      exitCode: 0,
      stderr: `wrote ${waivers.length} ${waivers.length === 1 ? 'waiver' : 'waivers'} until ${waivers[0]?.expires} into ${path}\n`,
    };
  },
};

function waiverFor(
  finding: Finding,
  excludes: readonly AgeExclude[],
  owner: string,
  now: number,
): readonly Parameters<typeof addWaiver>[1][] {
  const { name, version } = finding.subject;
  if (!/^(release-age|new-package)\//.test(finding.rule) || name === undefined || version === undefined || finding.waiver !== undefined)
    return [];
  const exclude = excludes.find((candidate) => covers(candidate, name, version));
  if (exclude === undefined) return [];
  return [
    {
      rule: finding.rule,
      package: name,
      versions: version,
      reason: `imported from ${exclude.setting}`,
      owner,
      created: formatDate(now),
      expires: formatDate(now + (life - 1) * 86_400_000),
    },
  ];
}
