import { resolve } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { labelOf } from '../model/component.ts';
import { inert, inertLine } from '../model/inert.ts';
import { readOptionalText, writeFileAtomic } from '../platform/files.ts';
import type { Command } from './command.ts';
import { type Proposal, proposalsFor } from './fix-proposals.ts';
import { judgingOptions, openGate } from './judge.ts';
import { readLockfiles } from './lockfiles.ts';
import { type Manager, type Pin, editManifest, overrideSnippet, unifiedDiff } from './manifest-edit.ts';
import { settingsOnDisk } from './project-settings.ts';

/** `lockgate fix`: proposes a way out for every package that is refused; writes only when asked. */
export const fix: Command = {
  name: 'fix',
  summary: 'Propose a way out for refused packages: an older version that passes, or the right name',
  usage: '[PATH]',
  description: [
    'Every version that is proposed has been judged by the gate in the place of the refused one. Nothing is written without',
    '--write, and then package.json alone: overrides, and the exact version of direct dependencies. Install afterwards.',
    'Exit code 0: there is a way out for everything that is refused; 1: for some there is none; 3: something is not verified.',
  ].join('\n'),
  maxPositionals: 1,
  options: {
    'dry-run': { type: 'boolean', description: 'Print what --write would change in package.json, as a diff' },
    write: { type: 'boolean', description: 'Write the versions into package.json' },
    ...judgingOptions,
  },
  examples: [
    ['lockgate fix', 'what could be done, with the text to paste'],
    ['lockgate fix --dry-run', 'the change to package.json as a diff'],
    ['lockgate fix --write && npm install', 'make it and update the lockfile'],
  ],
  run: async (invocation) => {
    const { environment, flag, positionals } = invocation;
    if (flag('write') && flag('dry-run')) throw new GateError('usage', '--write and --dry-run contradict each other');
    const path = positionals[0] ?? '.';
    const [lockfile] = readLockfiles(path, environment.cwd, { isRecursive: false }).lockfiles;
    if (lockfile === undefined) throw new GateError('lockfile-missing', 'there is no lockfile');
    const { inventory, root, siblings } = lockfile;
    const gate = await openGate(settingsOnDisk(root, resolve(environment.cwd, path)), invocation);
    try {
      const report = await gate.assess(inventory, { siblingLockfiles: siblings, signal: environment.signal });
      const proposals = await proposalsFor(gate, inventory, report, environment.signal);
      const manager = managerOf(inventory.origin.format);
      const pins = proposals.flatMap(pinOf);
      const others = report.findings.filter(
        ({ severity, waiver, subject }) => severity === 'error' && waiver === undefined && subject.bomRef === undefined,
      );
      const text = [
        ...proposals.map((proposal) => describe(proposal, manager)),
        ...others.map(
          (finding) =>
            `${inertLine(finding.message)} [${finding.rule}]\n  no version helps: ${finding.help[0] === undefined ? 'see lockgate explain' : inertLine(finding.help[0])}\n`,
        ),
        ...(proposals.length + others.length === 0 ? ['nothing is refused: there is nothing to fix\n'] : []),
      ];
      const isOpen = others.length > 0 || proposals.some(({ remedy }) => remedy.kind === 'none');
      const change = flag('write') || flag('dry-run') ? manifestChange(root, manager, pins) : undefined;
      if (change !== undefined && flag('write')) writeFileAtomic(resolve(root, 'package.json'), change.after);
      const outcome =
        change === undefined
          ? pins.length === 0
            ? []
            : [`in package.json, for ${manager}:\n${indent(overrideSnippet(manager, pins))}\n`]
          : [
              change.diff === '' ? 'package.json stays as it is\n' : inertLines(change.diff),
              ...(flag('write') && change.diff !== '' ? [`package.json is written; now: ${manager} install\n`] : []),
            ];
      return {
        exitCode: isOpen ? 1 : report.verdict === 'inconclusive' ? 3 : 0,
        stdout: [...text, ...outcome].join('\n'),
      };
    } finally {
      await gate.close();
    }
  },
};

/** `npm-lock-v3`, `yarn-berry-8`, `pnpm-9.0`, `bun-1`. An SBOM names no package manager: npm's words are understood everywhere. */
function managerOf(format: string): Manager {
  const [word = ''] = format.split('-');
  return word === 'yarn' || word === 'pnpm' || word === 'bun' ? word : 'npm';
}

function pinOf({ component, remedy, isDirect }: Proposal): readonly Pin[] {
  return remedy.kind === 'older-version' ? [{ name: component.name, version: remedy.version, isDirect }] : [];
}

function manifestChange(root: string, manager: Manager, pins: readonly Pin[]): { readonly after: string; readonly diff: string } {
  const before = readOptionalText(resolve(root, 'package.json'));
  if (before === undefined)
    throw new GateError('input-invalid', 'there is no package.json beside the lockfile', { hint: 'paste the text where it belongs' });
  const after = pins.length === 0 ? before : editManifest(before, manager, pins);
  return { after, diff: unifiedDiff('package.json', before, after) };
}

function describe(proposal: Proposal, manager: Manager): string {
  const { component, rules, remedy, isDirect } = proposal;
  const head = `${inertLine(labelOf(component), 200)} is refused: ${rules.join(', ')}`;
  switch (remedy.kind) {
    case 'older-version': {
      const tried =
        remedy.refused.length === 0 ? '' : ` (${remedy.refused.map((version) => inert(version)).join(', ')} would be refused, too)`;
      const range = !isDirect
        ? 'others ask for it: an override holds it'
        : remedy.isInRange
          ? 'your range allows it'
          : 'outside of your range: look for breaking changes';
      return `${head}\n  use ${inertLine(component.name, 214)}@${inert(remedy.version)}: the newest version before it that passes${tried}; ${range}\n`;
    }
    case 'other-name':
      return `${head}\n  did you mean ${inertLine(remedy.name, 214)}? ${isDirect ? `${commands[manager].remove} ${shellWord(component.name)} && ${commands[manager].add} ${shellWord(remedy.name)}` : 'another package asks for it: see lockgate why, and drop that one'}\n`;
    case 'none':
      return `${head}\n  no version can be proposed: ${remedy.why}${remedy.refused.length === 0 ? '' : ` (tried ${remedy.refused.map((version) => inert(version)).join(', ')})`}\n`;
  }
}

const commands: Readonly<Record<Manager, { readonly add: string; readonly remove: string }>> = {
  npm: { add: 'npm install', remove: 'npm uninstall' },
  yarn: { add: 'yarn add', remove: 'yarn remove' },
  pnpm: { add: 'pnpm add', remove: 'pnpm remove' },
  bun: { add: 'bun add', remove: 'bun remove' },
};

/** A name as one word of a command line that somebody may paste; lockfiles can hold any text as a name. */
function shellWord(name: string): string {
  return /^[\w@./~-]+$/.test(name) ? name : `'${inertLine(name, 214).replaceAll("'", String.raw`'\''`)}'`;
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${inert(line)}`)
    .join('\n');
}

function inertLines(text: string): string {
  return text
    .split('\n')
    .map((line) => inert(line))
    .join('\n');
}
