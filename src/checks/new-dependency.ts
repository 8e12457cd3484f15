import { type GainedDependency, gainedDependencies } from '../evidence/gained-dependencies.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact, FindingDraft } from '../model/finding.ts';
import { days, daysToMilliseconds, formatDate, formatDuration } from '../model/units.ts';
import { isHistory, recentWithin, recentWithinDefault } from './recent-release.ts';
import { originEvidence, trustedBy } from './trusted.ts';

interface NewDependencyOptions {
  readonly 'error-below': number;
  readonly 'warn-below': number;
  readonly 'recent-within': number;
}

const defaults: NewDependencyOptions = {
  'error-below': daysToMilliseconds(days(7)),
  'warn-below': daysToMilliseconds(days(30)),
  'recent-within': recentWithinDefault,
};

/** Does a recent release bring along a package that had hardly existed when it was published. */
export const newDependency: AnyCheck = defineCheck({
  id: 'new-dependency',
  scope: 'component',
  needs: { dependencies: gainedDependencies },
  uses: originEvidence,
  options: {
    defaults,
    properties: {
      'error-below': {
        type: 'string',
        format: 'duration',
        default: '7d',
        description: 'A new dependency whose name was younger than this when the release came is an error.',
      },
      'warn-below': {
        type: 'string',
        format: 'duration',
        default: '30d',
        description: 'A new dependency whose name was younger than this when the release came is a warning.',
      },
      'recent-within': recentWithin,
    },
  },
  rules: {
    'new-dependency/too-new': {
      severity: 'error',
      summary: 'A recent release needs a new package of strangers that was made for it days before',
      why: 'A hijacked release often keeps its own code clean and brings the harm along in a package that the attacker has just published. A young one that runs code during the install is the same.',
      fix: 'Stay on the version before. Ask the project why it needs the package.',
      incident:
        'axios (2026-03-31) suddenly needed plain-crypto-js, 141 Mastra packages (2026-06-17) easy-day-js, event-stream (2018) flatmap-stream.',
      family: 'freshness',
    },
    'new-dependency/young': {
      severity: 'warning',
      summary: 'A recent release needs a new package that was weeks old',
      why: 'A young name has little history that would speak for it, and the release makes it part of your tree.',
      fix: 'Look at who publishes the package and why the project needs it.',
      family: 'freshness',
    },
  },
  evaluate: ({ subject: { component }, known: { dependencies }, used, options, context }) => {
    if (dependencies.status === 'not-in-registry') return { notApplicable: 'the registry does not know this version' };
    if (dependencies.status === 'history') return [];
    const { publishedAt, previous, gained } = dependencies;
    if (previous === undefined) return { notApplicable: 'there is no earlier release of its line to compare with' };
    if (isHistory(publishedAt, context.now, options['recent-within'])) return [];
    const drafts = gained
      .filter(({ publisher }) => publisher !== 'own')
      .flatMap((dependency) => judge(labelOf(component), dependency, { publishedAt, previous, options }));
    const trusted = drafts.length === 0 ? undefined : trustedBy(component, used, context);
    return trusted === undefined ? drafts : { notApplicable: trusted };
  },
});

function judge(
  name: string,
  dependency: GainedDependency,
  release: { readonly publishedAt: number; readonly previous: string; readonly options: NewDependencyOptions },
): readonly FindingDraft[] {
  const { options, publishedAt, previous } = release;
  const age = publishedAt - dependency.firstPublishedAt;
  if (age >= options['warn-below'] && age >= options['error-below']) return [];
  const isTooNew = !(age >= options['error-below']) || dependency.hasInstallScript;
  // Where the registry names nobody, a family that has split off a package looks the same: that is no more than a warning.
  const isProven = dependency.publisher === 'stranger' || dependency.hasInstallScript;
  return [
    {
      rule: isTooNew ? 'new-dependency/too-new' : 'new-dependency/young',
      ...(isTooNew && !isProven ? { severity: 'warning' as const } : {}),
      key: dependency.name,
      message: `${name} newly depends on ${dependency.name}, ${
        age < 0 ? 'which did not exist when it was published' : `which was first published ${formatDuration(age)} before it`
      }`,
      facts: factsOf(dependency),
      help: [`stay on ${previous}, which does not need it`],
      policyKey: `checks.new-dependency.${isTooNew ? 'error-below' : 'warn-below'}`,
      passesAt: publishedAt + options['recent-within'],
    },
  ];
}

const people: Readonly<Record<GainedDependency['publisher'], string>> = {
  own: 'the same people',
  befriended: 'others, with a maintainer in common',
  stranger: 'nobody who has published or maintained this package',
  unknown: 'the registry does not say',
};

function factsOf(dependency: GainedDependency): readonly Fact[] {
  return [
    { label: 'range', value: dependency.range, source: 'registry' },
    { label: 'first published', value: formatDate(dependency.firstPublishedAt), source: 'registry' },
    { label: 'versions', value: String(dependency.versionCount), source: 'registry' },
    { label: 'published by', value: people[dependency.publisher], source: 'registry' },
    ...(dependency.hasInstallScript ? [{ label: 'install script', value: 'yes', source: 'registry' }] : []),
  ];
}
