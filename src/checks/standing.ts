import { type Packument, packument, type Release } from '../evidence/packument.ts';
import { popularity } from '../evidence/popularity.ts';
import { verifiedProvenance } from '../evidence/verified-provenance.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact, FindingDraft } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';
import { readRepository } from '../provenance/repository.ts';
import { trustedBy } from './trusted.ts';

interface StandingOptions {
  readonly 'few-versions': number;
}

const defaults: StandingOptions = { 'few-versions': 3 };

/** Does anything speak for the package: use, history, a place where its source can be read. */
export const standing: AnyCheck = defineCheck({
  id: 'standing',
  scope: 'component',
  needs: { packument, popularity },
  uses: { provenance: verifiedProvenance },
  options: {
    defaults,
    properties: {
      'few-versions': {
        type: 'integer',
        minimum: 1,
        default: 3,
        description: 'A package with at most so many versions has little history.',
      },
    },
  },
  rules: {
    'standing/low': {
      severity: 'warning',
      summary: 'A package with hardly any versions, hardly any users and no repository',
      why: 'Nothing speaks for it: nobody has used it for long, and its source can be read nowhere. Helper packages of attacks look like this, and so do abandoned experiments.',
      fix: 'Read its source in the tarball. Take a package with a history if there is one.',
      incident: 'easy-day-js, the helper in the Mastra packages (2026-06-17), had two versions.',
      family: 'name',
    },
    'standing/deprecated': {
      severity: 'note',
      summary: 'The maintainers have deprecated the version',
      why: 'It gets no fixes any more, or something is wrong with it: the message says which.',
      fix: 'Follow the message.',
      family: 'policy',
    },
  },
  evaluate: ({ subject: { component }, known, used, options, context }) => {
    const document = known.packument;
    const release = document.status === 'published' ? document.releases.get(component.version) : undefined;
    if (release === undefined) return { notApplicable: 'the registry does not know this version' };
    const deprecation = deprecated(labelOf(component), release, document);
    const isOwnRegistry = isFromRegistryOfScope(component.name, context.registries.registryFor);
    const isLow =
      !isOwnRegistry &&
      known.popularity.downloads === undefined &&
      known.popularity.scopeDownloads === undefined &&
      document.versions.count <= options['few-versions'] &&
      readRepository(release.repository ?? document.repository ?? '') === undefined;
    if (!isLow) return deprecation;
    if (trustedBy(component, { ...used, packument: document }, context) !== undefined) return deprecation;
    return [low(labelOf(component), document, release), ...deprecation];
  },
});

function low(name: string, document: Packument, release: Release): FindingDraft {
  const count = document.versions.count;
  const facts: Fact[] = [
    { label: 'versions', value: String(count), source: 'registry' },
    { label: 'repository', value: release.repository ?? document.repository ?? 'none', source: 'registry' },
    { label: 'downloads', value: 'not among the most used packages', source: 'allowlists/popular-names' },
  ];
  const people = document.maintainers?.length;
  if (people !== undefined) facts.push({ label: 'maintainers', value: String(people), source: 'registry' });
  return {
    rule: 'standing/low',
    message: `${name} has ${count === 1 ? 'one version' : `${count} versions`}, few users and no repository`,
    facts,
    help: ['read its source in the tarball before you depend on it'],
    policyKey: 'checks.standing.few-versions',
  };
}

function deprecated(name: string, release: Release, document: Packument): readonly FindingDraft[] {
  if (release.deprecated === undefined) return [];
  const latest = document.distTags['latest'];
  const isLatestFine = latest !== undefined && latest !== release.version && document.releases.get(latest)?.deprecated === undefined;
  return [
    {
      rule: 'standing/deprecated',
      message: `${name} is deprecated: ${inertLine(release.deprecated, 200)}`,
      ...(isLatestFine ? { help: [`latest is ${latest}`] } : {}),
    },
  ];
}

/** A scope that is configured to come from a registry of its own is in no public statistics: nothing follows from its absence there. */
function isFromRegistryOfScope(name: string, registryFor: (name: string) => string): boolean {
  return name.startsWith('@') && registryFor(name) !== registryFor(name.slice(1).replaceAll('/', '-'));
}
