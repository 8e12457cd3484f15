import { type AnyCheck, defineCheck } from '../model/check.ts';
import { type Component, labelOf } from '../model/component.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import { contradictedRange } from './requested-source.ts';

/** Do the bytes come from where they should: a configured registry, over TLS, under the package's own name. */
export const source: AnyCheck = defineCheck({
  id: 'source',
  scope: 'component',
  needs: {},
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'source/foreign-registry': {
      severity: 'error',
      summary: 'The tarball URL points to a host that is not a configured registry',
      why: 'The lockfile decides where bytes come from. An entry that points elsewhere swaps the package while its name stays honest.',
      fix: 'Install again with the configured registry, or name the host under registries in the policy.',
      family: 'source',
    },
    'source/insecure-transport': {
      severity: 'error',
      summary: 'The tarball URL is plain http',
      why: 'Anybody on the way can replace what is downloaded.',
      fix: 'Use the https address of the registry and install again.',
      family: 'source',
    },
    'source/name-mismatch': {
      severity: 'error',
      summary: 'The tarball URL names another package or version than the entry',
      why: 'A swapped URL with a matching digest installs another package under a trusted name.',
      fix: 'Restore the entry from a commit that you trust, or remove it and install again.',
      family: 'source',
    },
    'source/not-asked-for': {
      severity: 'error',
      summary: 'The lockfile takes a package from elsewhere than the manifest asks for',
      why: 'The manifest asks for a published version, and the lockfile alone sends the install to another package, repository, URL or folder. Package managers follow it without a word.',
      fix: 'Restore the entry from a commit that you trust, or remove it and install again.',
      family: 'source',
    },
    'source/git-dependency': {
      severity: 'error',
      summary: 'A dependency is fetched from a git repository',
      why: 'It has no registry record: no publish time, no signature, no provenance. npm up to version 11 runs its build during the install even with --ignore-scripts.',
      fix: 'Use a published version. A direct one that must stay needs a waiver.',
      incident: 'TanStack (2026-05-11): an optional dependency on an orphan commit of a repository carried the code.',
      family: 'source',
    },
    'source/remote-tarball': {
      severity: 'error',
      summary: 'A dependency is downloaded from a plain URL',
      why: 'Nobody but the host of that URL knows what it serves today.',
      fix: 'Use a published version. A direct one that must stay needs a waiver.',
      family: 'source',
    },
    'source/outside-project': {
      severity: 'error',
      summary: 'A dependency is a folder or file outside the project',
      why: 'What is there differs from machine to machine, and no review sees it.',
      fix: 'Move it into the repository as a workspace, or publish it.',
      family: 'source',
    },
  },
  evaluate: ({ subject: { component }, context }) => {
    const range = contradictedRange(component, context);
    if (range !== undefined) return [notAskedFor(component, range)];
    const isDirect = context.isDirect(component);
    switch (component.source.type) {
      case 'registry':
        return component.source.url === undefined ? [] : judgeTarballUrl(component, component.source.url, context.registries);
      case 'git':
        return [exotic('source/git-dependency', isDirect, `${labelOf(component)} is fetched from git`, describeOrigin(component.source))];
      case 'tarball':
        return [exotic('source/remote-tarball', isDirect, `${labelOf(component)} is downloaded from a plain URL`, component.source.url)];
      case 'file':
        if (!isOutside(component.source.path)) return [];
        return [exotic('source/outside-project', isDirect, `${labelOf(component)} lies outside the project`, component.source.path)];
      case 'workspace':
        return { notApplicable: 'it is part of this repository' };
    }
  },
});

function judgeTarballUrl(component: Component, url: string, registries: RegistryDirectory): readonly FindingDraft[] {
  const facts = [{ label: 'tarball', value: url, source: 'lockfile' }];
  const drafts: FindingDraft[] = [];
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!registries.isConfigured(url)) {
    drafts.push({
      rule: 'source/foreign-registry',
      message: `${labelOf(component)} comes from ${parsed?.host ?? 'an address that is no URL'}, which is not a configured registry`,
      facts: [...facts, { label: 'registry for this name', value: registries.registryFor(component.name), source: 'configuration' }],
      help: ['install again with the configured registry, or add the host under registries in lockgate.yaml'],
    });
  }
  if (parsed !== undefined && parsed.protocol !== 'https:' && !isLoopback(parsed.hostname)) {
    drafts.push({
      rule: 'source/insecure-transport',
      message: `${labelOf(component)} is downloaded over ${parsed.protocol.replace(':', '')}`,
      facts,
      help: ['use the https address of the registry and install again'],
    });
  }
  const named = parsed === undefined ? undefined : packageInPath(parsed.pathname);
  if (
    named !== undefined &&
    (named.name !== component.name || (named.version !== undefined && named.version !== withoutBuild(component.version)))
  ) {
    drafts.push({
      rule: 'source/name-mismatch',
      message: `${labelOf(component)} is downloaded as ${named.name}${named.version === undefined ? '' : `@${named.version}`}`,
      facts,
      help: ['restore the entry from a commit that you trust, or remove it and install again'],
    });
  }
  return drafts;
}

function notAskedFor(component: Component, range: string): FindingDraft {
  const origin = describeOrigin(component.source);
  const asked = range === '' ? 'any published version' : range;
  return {
    rule: 'source/not-asked-for',
    key: `${component.alias ?? ''}\n${origin}`,
    message:
      component.source.type === 'registry'
        ? `${labelOf(component)} is installed as ${component.alias ?? component.name}, and nobody asks for that: the range is ${asked}`
        : `${labelOf(component)} comes from ${origin}, and the manifest asks for ${asked}`,
    facts: [{ label: 'origin', value: origin, source: 'lockfile' }],
    help: ['restore the entry from a commit that you trust, or remove it and install again'],
  };
}

/** Transitive ones are the attacker's way in and stay errors; a direct one was written by this project and is visible. */
function exotic(rule: FindingDraft['rule'], isDirect: boolean, message: string, origin: string): FindingDraft {
  return {
    rule,
    key: origin,
    ...(isDirect ? { severity: 'warning' as const } : {}),
    message: `${message}${isDirect ? '' : ', and this project does not ask for it itself'}`,
    facts: [{ label: 'origin', value: origin, source: 'lockfile' }],
    help: [
      isDirect
        ? 'use a published version, or write a waiver that says why not'
        : 'find out which package brings it (see the path) and take a version without it',
    ],
  };
}

/** What `<registry>/<name>/-/<file>-<version>.tgz` names; undefined for other layouts, which prove nothing. */
function packageInPath(pathname: string): { readonly name: string; readonly version: string | undefined } | undefined {
  const parts = decode(pathname)?.split('/') ?? [];
  const dash = parts.indexOf('-');
  const base = parts[dash - 1];
  const file = parts[dash + 1];
  if (dash < 1 || base === undefined || file === undefined || parts.length !== dash + 2) return undefined;
  const scope = parts[dash - 2];
  const name = scope?.startsWith('@') === true ? `${scope}/${base}` : base;
  const version = file.startsWith(`${base}-`) && file.endsWith('.tgz') ? file.slice(base.length + 1, -'.tgz'.length) : undefined;
  return { name, version: version === undefined || !/^\d+\.\d+\.\d+/.test(version) ? undefined : withoutBuild(version) };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A malformed escape: the path names nothing that could be compared.
    return undefined;
  }
}

function withoutBuild(version: string): string {
  const plus = version.indexOf('+');
  return plus === -1 ? version : version.slice(0, plus);
}

function isOutside(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.split(/[\\/]/).includes('..');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function describeOrigin(source: Component['source']): string {
  switch (source.type) {
    case 'git':
      return describeGit(source);
    case 'file':
    case 'workspace':
      return source.path;
    case 'tarball':
      return source.url;
    case 'registry':
      return source.url ?? 'a registry';
  }
}

function describeGit(git: { readonly url: string; readonly commit?: string }): string {
  return git.commit === undefined ? `${git.url}, no commit pinned` : `${git.url} at ${git.commit}`;
}
