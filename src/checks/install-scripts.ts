import { type Release, packument } from '../evidence/packument.ts';
import { releaseBefore } from '../evidence/release-before.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { type Component, labelOf } from '../model/component.ts';
import type { Fact, FindingDraft } from '../model/finding.ts';
import type { AllowlistEntry } from '../model/policy.ts';
import { isKnown, scriptsOf } from './release-scripts.ts';
import { settledFacts } from './settled-release.ts';

/** Does this version run code while it is installed, and is that known. Judged on the registry's metadata. */
export const installScripts: AnyCheck = defineCheck({
  id: 'install-scripts',
  scope: 'component',
  needs: { packument },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'install-scripts/unlisted': {
      severity: 'warning',
      summary: 'The package runs code during the install and is on no allowlist',
      why: 'Install scripts run on every developer machine and build server, before anybody imports the package. Most packages need none.',
      fix: 'Read the script. If it is honest, add the package under allowlists.install-scripts with the reason.',
      family: 'install-time',
    },
    'install-scripts/new': {
      severity: 'error',
      summary: 'This version runs code during the install, the version before did not',
      why: 'A script that appears in an existing package is how most worms of 2025 and 2026 spread.',
      fix: 'Stay on the version before until you know why the script is there.',
      incident: 'Nx (2025-08-26), Shai-Hulud (2025-09 and 2025-11-24), Red Hat (2026-06-01), keyv (2026-08-04).',
      family: 'install-time',
    },
    'install-scripts/changed': {
      severity: 'error',
      summary: 'The install script differs from the one in the version before',
      why: 'A known script was replaced: what somebody reviewed is not what runs.',
      fix: 'Compare the two scripts. If the new one is honest, add it to the allowlist with the reason.',
      family: 'install-time',
    },
  },
  evaluate: ({ subject: { component }, known: { packument: document }, context }) => {
    // Bundled packages are judged too: npm runs their scripts as well, and an old lockfile may merely claim that one is bundled.
    const release = document.status === 'published' ? document.releases.get(component.version) : undefined;
    if (release === undefined) return { notApplicable: 'the registry does not know this version' };
    const scripts = scriptsOf(release);
    const entry = context.allowed('install-scripts', component.name);
    if (scripts.size === 0) return component.hasInstallScript === true && entry === undefined ? [unknownScript(labelOf(component))] : [];
    if (entry !== undefined && isKnown(scripts, entry)) return [];
    const counterFacts = settledFacts(document, component.version, context.now);
    return [judge(component, scripts, releaseBefore(document, component.version), { entry, counterFacts })];
  },
});

function judge(
  component: Component,
  scripts: ReadonlyMap<string, string>,
  previous: Release | undefined,
  { entry, counterFacts }: { readonly entry: AllowlistEntry | undefined; readonly counterFacts: readonly Fact[] },
): FindingDraft {
  const name = labelOf(component);
  const facts = [...scripts].map(([event, command]) => ({ label: event, value: command, source: 'registry' }));
  const before = previous === undefined ? undefined : scriptsOf(previous);
  const reference =
    previous === undefined ? [] : [{ label: 'version before', value: `${previous.version}: ${describe(before)}`, source: 'registry' }];
  if (previous !== undefined && before?.size === 0) {
    return {
      rule: 'install-scripts/new',
      message: `${name} runs code during the install, ${previous.version} did not`,
      facts: [...facts, ...reference],
      counterFacts,
      help: [`stay on ${previous.version} until you know why`],
      fixVersion: previous.version,
    };
  }
  if (
    previous !== undefined &&
    withoutVersion(describe(before), previous.version) !== withoutVersion(describe(scripts), component.version)
  ) {
    return {
      rule: 'install-scripts/changed',
      message: `${name} runs another install script than ${previous.version}`,
      facts: [...facts, ...reference],
      counterFacts,
      help: [`compare it with ${previous.version}; stay there until you know why`],
      fixVersion: previous.version,
    };
  }
  const listed =
    entry === undefined
      ? []
      : [{ label: 'allowlist', value: `${entry.package} is listed with another script (${entry.source})`, source: 'policy' }];
  return {
    rule: 'install-scripts/unlisted',
    message: `${name} runs code during the install`,
    facts: [...facts, ...listed],
    help: ['read the script; if it is honest, add the package under allowlists.install-scripts in lockgate.yaml with the reason'],
  };
}

/** Registries that leave scripts out of their metadata, or a lockfile that was edited: what runs cannot be compared with the version before. */
function unknownScript(name: string): FindingDraft {
  return {
    rule: 'install-scripts/unlisted',
    message: `${name} runs code during the install, says the lockfile`,
    facts: [{ label: 'script', value: "not in the registry's metadata", source: 'registry' }],
    help: [
      'read the scripts of its tarball; if they are honest, add the package under allowlists.install-scripts in lockgate.yaml with the reason',
    ],
  };
}

function describe(scripts: ReadonlyMap<string, string> | undefined): string {
  return scripts === undefined || scripts.size === 0
    ? 'no install script'
    : [...scripts].map(([event, command]) => `${event}: ${command}`).join('; ');
}

/** Some scripts name the release that they belong to: that each names its own makes them no other command. */
function withoutVersion(script: string, version: string): string {
  return script
    .split(' ')
    .map((word) => (word === version ? '<version>' : word))
    .join(' ');
}
