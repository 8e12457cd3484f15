import { type KnownCommand, knownCommands } from '../evidence/known-commands.ts';
import { packument } from '../evidence/packument.ts';
import { releaseBefore } from '../evidence/release-before.ts';
import { tarball } from '../evidence/tarball.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact, FindingDraft } from '../model/finding.ts';
import { settledFacts } from './settled-release.ts';
import { contentOf, fewOf } from './tarball-content.ts';

/** Does a package put a command on the path of every script that is somebody else's, or that it did not have before. */
export const binShadowing: AnyCheck = defineCheck({
  id: 'bin-shadowing',
  scope: 'component',
  needs: { tarball, packument, commands: knownCommands },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'bin-shadowing/system-command': {
      severity: 'error',
      summary: 'The package brings a command with the name of a system command',
      why: 'node_modules/.bin comes first on the path of every script: a `node`, `git` or `curl` in it runs in place of the real one.',
      fix: 'Do not install it, unless that command is what you wanted; then waive it with the reason.',
      family: 'install-time',
    },
    'bin-shadowing/other-package': {
      severity: 'warning',
      summary: "The package brings a command with the name of another package's well-known one",
      why: 'Which of the two is run depends on the order in which they were installed.',
      fix: 'Find out which one your scripts mean. A fork that replaces the other package can be waived.',
      family: 'install-time',
    },
    'bin-shadowing/new-command': {
      severity: 'note',
      summary: 'The package brings a command that the version before did not have',
      why: 'A new command runs for whoever types its name. Together with another sign it counts.',
      fix: 'Look at what it runs.',
      family: 'install-time',
    },
  },
  evaluate: ({ subject: { component }, known, context }) => {
    const content = contentOf(known.tarball);
    if ('notApplicable' in content) return content;
    const { bin = {} } = content.manifest ?? {};
    const before = known.packument.status === 'published' ? releaseBefore(known.packument, component.version) : undefined;
    const isNew = (command: string): boolean => before !== undefined && !before.bin.includes(command);
    const name = labelOf(component);
    const taken = known.commands.commands.filter(({ owners }) => !owners.includes(component.name));
    const fresh = Object.keys(bin)
      .filter((command) => isNew(command) && !taken.some((one) => one.command === command))
      .sort();
    return [
      ...taken.map((one) => shadow(name, one, bin[one.command] ?? '', before?.bin.includes(one.command))),
      ...newCommands(name, fresh, before?.version ?? '', settledFacts(known.packument, component.version, context.now)),
    ];
  },
});

/** @param wasThere whether the version before had the command; undefined where there is none */
function shadow(name: string, { command, owners, isSystem }: KnownCommand, file: string, wasThere: boolean | undefined): FindingDraft {
  return {
    rule: isSystem ? 'bin-shadowing/system-command' : 'bin-shadowing/other-package',
    key: command,
    // Somebody would have met it in an earlier release.
    ...(isSystem && wasThere === true ? { severity: 'warning' } : {}),
    message: isSystem
      ? `${name} brings a command with the name of the system's ${command}`
      : `${name} brings the command ${command}, which belongs to ${owners[0] ?? 'another package'}`,
    facts: [
      { label: command, value: file, source: 'tarball' },
      ...(wasThere === false ? [{ label: 'version before', value: 'had no such command', source: 'registry' }] : []),
    ],
    help: ['look at what the command runs before you install it'],
  };
}

function newCommands(name: string, commands: readonly string[], before: string, counterFacts: readonly Fact[]): readonly FindingDraft[] {
  if (commands.length === 0) return [];
  return [
    {
      rule: 'bin-shadowing/new-command',
      message: `${name} brings commands that ${before} did not have: ${fewOf(commands)}`,
      facts: [{ label: 'commands', value: fewOf(commands), source: 'tarball' }],
      counterFacts,
    },
  ];
}
