import { type Release, packument } from '../evidence/packument.ts';
import { type PreviousTarball, previousTarball } from '../evidence/previous-tarball.ts';
import { type BundledScripts, type TarballContent, tarball } from '../evidence/tarball.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact, FindingDraft } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';
import type { AllowlistEntry } from '../model/policy.ts';
import { gypCommandsIn, isOrdinaryGypCommand } from '../tarballs/gyp-commands.ts';
import { installEvents } from '../tarballs/script-targets.ts';
import { settledFacts } from './settled-release.ts';
import { contentOf, fewOf } from './tarball-content.ts';

/** What a version runs while it is installed, judged on the tarball: builds that no script names, and files that scripts start. */
export const tarballScripts: AnyCheck = defineCheck({
  id: 'tarball-scripts',
  scope: 'component',
  needs: { tarball, packument, previous: previousTarball },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'tarball-scripts/implicit-build': {
      severity: 'error',
      summary: 'A binding.gyp is built during the install though the registry shows no script',
      why: 'npm runs node-gyp for every package that has a binding.gyp, without any script in its manifest. Gates that look for scripts do not see it.',
      fix: 'Do not install it until you know why an addon is built and not shown.',
      incident: 'Phantom Gyp (2026-06-03).',
      family: 'install-time',
    },
    'tarball-scripts/gyp-command': {
      severity: 'error',
      summary: 'A binding.gyp runs commands of its own while it is merely read',
      why: 'gyp replaces `<!(command)` by what the command prints. Honest addons ask where headers are; anything else is a hidden script.',
      fix: 'Read the command. If it is honest, add the package under allowlists.install-scripts with the reason.',
      incident: 'Phantom Gyp (2026-06-03).',
      family: 'install-time',
    },
    'tarball-scripts/unlisted': {
      severity: 'warning',
      summary: 'The tarball has an install script that the registry says nothing about and that is on no allowlist',
      why: 'This registry leaves scripts out of its metadata, so that only the tarball tells what runs.',
      fix: 'Read the script. If it is honest, add the package under allowlists.install-scripts with the reason.',
      family: 'install-time',
    },
    'tarball-scripts/new': {
      severity: 'error',
      summary: "The tarball has an install script, the version before's had none",
      why: 'A script that appears in an existing package is how most worms of 2025 and 2026 spread.',
      fix: 'Stay on the version before until you know why the script is there.',
      family: 'install-time',
    },
    'tarball-scripts/changed': {
      severity: 'error',
      summary: "The tarball's install script differs from the one in the version before",
      why: 'A known script was replaced: what somebody reviewed is not what runs.',
      fix: 'Compare the two scripts.',
      family: 'install-time',
    },
    'tarball-scripts/bundled-new': {
      severity: 'error',
      summary: 'A package inside the tarball runs code during the install, in the version before it did not',
      why: 'What lies in node_modules of a tarball is installed with it: npm runs its scripts, and no registry was ever asked about it.',
      fix: 'Stay on the version before until you know why the script is there.',
      family: 'install-time',
    },
    'tarball-scripts/bundled': {
      severity: 'warning',
      summary: 'A package inside the tarball runs code during the install and the package is on no allowlist',
      why: 'What lies in node_modules of a tarball is installed with it: npm runs its scripts, and no registry was ever asked about it.',
      fix: 'Read the script. If it is honest, add the outer package under allowlists.install-scripts with the reason.',
      family: 'install-time',
    },
    'tarball-scripts/target-changed': {
      severity: 'note',
      summary: 'A file that an install script starts differs from the one in the version before',
      why: 'The command is the same, what it does may not be. Most releases of such packages change it honestly; together with another sign it counts.',
      fix: 'Compare the two files.',
      family: 'install-time',
    },
  },
  evaluate: ({ subject: { component }, known: { tarball: read, packument: document, previous }, context }) => {
    const content = contentOf(read);
    if ('notApplicable' in content) return content;
    const name = labelOf(component);
    const release = document.status === 'published' ? document.releases.get(component.version) : undefined;
    const entry = context.allowed('install-scripts', component.name);
    return [
      ...implicitBuild(name, content, release, previous, entry),
      ...gypCommands(name, content, previous, entry),
      ...unshownScripts(name, content, release, previous, entry),
      ...bundledScripts(name, content, previous, entry),
      ...changedTargets(name, content, previous, settledFacts(document, component.version, context.now)),
    ];
  },
});

/** npm builds it unless a script of its own stands in the way, or the manifest says `gypfile: false`. */
function buildsImplicitly({ manifest, files }: TarballContent): boolean {
  const { scripts = {}, gypfile } = manifest ?? {};
  return (
    gypfile !== false &&
    scripts['preinstall'] === undefined &&
    scripts['install'] === undefined &&
    files.some(({ path }) => path === 'binding.gyp')
  );
}

function implicitBuild(
  name: string,
  content: TarballContent,
  release: Release | undefined,
  previous: PreviousTarball,
  entry: AllowlistEntry | undefined,
): readonly FindingDraft[] {
  const isShown = release?.installScripts['install'] !== undefined || release?.hasGypfile === true || release?.hasInstallScript === true;
  const isListed = entry !== undefined && (entry.scripts === undefined || entry.scripts.includes('node-gyp rebuild'));
  if (isShown || isListed || !buildsImplicitly(content)) return [];
  const isOld = previous.status === 'read' && buildsImplicitly(previous.content);
  return [
    {
      rule: 'tarball-scripts/implicit-build',
      message: `${name} is built with node-gyp during the install, and the registry shows no script`,
      facts: [{ label: 'binding.gyp', value: 'at the top of the tarball', source: content.url }],
      ...(isOld
        ? { counterFacts: [{ label: 'version before', value: `${previous.version} is built in the same way`, source: 'tarball' }] }
        : {}),
      help: ['do not install it until you know why an addon is built and not shown'],
    },
  ];
}

function gypCommands(
  name: string,
  { texts, url }: TarballContent,
  previous: PreviousTarball,
  entry: AllowlistEntry | undefined,
): readonly FindingDraft[] {
  const commandsOf = (content: Pick<TarballContent, 'texts'>): readonly string[] =>
    gypCommandsIn(content.texts.find(({ path }) => path === 'binding.gyp')?.text ?? '').filter((command) => !isOrdinaryGypCommand(command));
  const commands = commandsOf({ texts });
  if (commands.length === 0 || entry !== undefined) return [];
  const before = previous.status === 'read' ? new Set(commandsOf(previous.content)) : new Set<string>();
  const isKnown = previous.status === 'read' && commands.every((command) => before.has(command));
  return [
    {
      rule: 'tarball-scripts/gyp-command',
      message: `${name} runs commands of its own when its binding.gyp is read`,
      facts: [
        {
          label: 'binding.gyp',
          value: fewOf(
            commands.map((command) => inertLine(command, 160)),
            3,
          ),
          source: url,
        },
      ],
      ...(isKnown ? { counterFacts: [{ label: 'version before', value: `${previous.version} runs the same`, source: 'tarball' }] } : {}),
      help: ['read the command; if it is honest, add the package under allowlists.install-scripts in lockgate.yaml with the reason'],
    },
  ];
}

/** Only where the registry's metadata leaves scripts out: what it shows, install-scripts and manifest-confusion judge. */
function unshownScripts(
  name: string,
  content: TarballContent,
  release: Release | undefined,
  previous: PreviousTarball,
  entry: AllowlistEntry | undefined,
): readonly FindingDraft[] {
  const scripts = scriptsOf(content);
  const isShown = release !== undefined && (Object.keys(release.installScripts).length > 0 || release.hasInstallScript !== true);
  const isListed =
    entry !== undefined && (entry.scripts === undefined || [...scripts.values()].every((one) => entry.scripts?.includes(one)));
  if (scripts.size === 0 || isShown || isListed) return [];
  const facts = [...scripts].map(([event, command]): Fact => ({ label: event, value: command, source: 'tarball' }));
  const before = previous.status === 'read' ? describe(scriptsOf(previous.content)) : undefined;
  if (previous.status !== 'read' || before === describe(scripts)) {
    const help = ['read the script; if it is honest, add the package under allowlists.install-scripts in lockgate.yaml with the reason'];
    return [{ rule: 'tarball-scripts/unlisted', message: `${name} runs code during the install`, facts, help }];
  }
  const reference: Fact = { label: 'version before', value: `${previous.version}: ${before}`, source: 'tarball' };
  const isNew = before === describe(new Map());
  return [
    {
      rule: isNew ? 'tarball-scripts/new' : 'tarball-scripts/changed',
      message: isNew
        ? `${name} runs code during the install, ${previous.version} did not`
        : `${name} runs another install script than ${previous.version}`,
      facts: [...facts, reference],
      help: [`stay on ${previous.version} until you know why`],
    },
  ];
}

/** The name inside is the publisher's own word: only the outer package can be on a list. */
function bundledScripts(
  name: string,
  { bundled, url }: TarballContent,
  previous: PreviousTarball,
  entry: AllowlistEntry | undefined,
): readonly FindingDraft[] {
  const listed = new Set(entry?.scripts);
  const open = bundled.filter(
    ({ scripts }) => entry === undefined || (entry.scripts !== undefined && !Object.values(scripts).every((one) => listed.has(one))),
  );
  const before = new Set(previous.status === 'read' ? previous.content.bundled.map(({ scripts }) => lineOf(scripts)) : []);
  const isNew = ({ scripts }: BundledScripts): boolean => previous.status === 'read' && !before.has(lineOf(scripts));
  const drafts: FindingDraft[] = [];
  for (const [rule, found] of [
    ['tarball-scripts/bundled-new', open.filter(isNew)],
    ['tarball-scripts/bundled', open.filter((one) => !isNew(one))],
  ] as const) {
    if (found.length === 0) continue;
    drafts.push({
      rule,
      message: `${name} carries ${fewOf(
        found.map(({ path }) => inertLine(path, 120)),
        3,
      )}, which runs code during the install`,
      facts: found.slice(0, 5).map(({ path, scripts }) => ({ label: inertLine(path, 120), value: lineOf(scripts), source: url })),
      help: ['read the script; if it is honest, add the outer package under allowlists.install-scripts in lockgate.yaml with the reason'],
    });
  }
  return drafts;
}

function lineOf(scripts: Readonly<Record<string, string>>): string {
  return Object.entries(scripts)
    .map(([event, command]) => `${event}: ${command}`)
    .join('; ');
}

function changedTargets(
  name: string,
  content: TarballContent,
  previous: PreviousTarball,
  counterFacts: readonly Fact[],
): readonly FindingDraft[] {
  if (previous.status !== 'read') return [];
  const before = new Map(previous.content.texts.map(({ path, sha256 }) => [path, sha256]));
  const changed = content.texts.filter(
    ({ path, sha256 }) => content.scriptTargets.includes(path) && before.has(path) && before.get(path) !== sha256,
  );
  if (changed.length === 0) return [];
  return [
    {
      rule: 'tarball-scripts/target-changed',
      message: `${name} starts another ${fewOf(changed.map(({ path }) => path))} during the install than ${previous.version}`,
      facts: changed.slice(0, 5).map(({ path, sha256 }) => ({ label: path, value: `sha256 ${sha256}`, source: content.url })),
      counterFacts,
      help: [`compare it with the one in ${previous.version}`],
    },
  ];
}

function scriptsOf(content: TarballContent): ReadonlyMap<string, string> {
  const { scripts = {} } = content.manifest ?? {};
  const found = new Map(
    installEvents.flatMap((event) => (scripts[event] === undefined ? [] : [[event as string, scripts[event]] as const])),
  );
  if (buildsImplicitly(content)) found.set('install', 'node-gyp rebuild');
  return found;
}

function describe(scripts: ReadonlyMap<string, string>): string {
  return scripts.size === 0 ? 'no install script' : [...scripts].map(([event, command]) => `${event}: ${command}`).join('; ');
}
