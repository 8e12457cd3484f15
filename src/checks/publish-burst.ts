import { releaseBurst } from '../evidence/release-burst.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { FindingDraft } from '../model/finding.ts';
import { days, daysToMilliseconds, formatDate } from '../model/units.ts';
import { isHistory, recentWithinOf } from './recent-release.ts';
import { originEvidence, trustedBy } from './trusted.ts';

interface PublishBurstOptions {
  readonly versions: number;
  readonly packages: number;
  readonly 'recent-within': number;
}

const defaults: PublishBurstOptions = { versions: 4, packages: 3, 'recent-within': daysToMilliseconds(days(7)) };

/** Was it published in one rush with many others that are not released together otherwise. */
export const publishBurst: AnyCheck = defineCheck({
  id: 'publish-burst',
  scope: 'component',
  needs: { burst: releaseBurst },
  uses: originEvidence,
  options: {
    defaults,
    properties: {
      versions: { type: 'integer', minimum: 2, default: 4, description: 'So many stable versions of one line within an hour are a burst.' },
      packages: {
        type: 'integer',
        minimum: 2,
        default: 3,
        description: 'So many packages within half an hour are a burst, where they have never been released together before.',
      },
      'recent-within': recentWithinOf('7d'),
    },
  },
  rules: {
    'publish-burst/versions': {
      severity: 'warning',
      summary: 'Many versions of the package came within one hour',
      why: 'People release, look, and release again; a worm or a stolen token publishes as fast as it can.',
      fix: 'Wait until the project says what happened, and stay on a version from before that hour.',
      incident: 'The keyv campaign (2026-08-04) published 2,236 versions of 444 packages.',
      family: 'freshness',
    },
    'publish-burst/siblings': {
      severity: 'warning',
      summary: 'Packages that are never released together came within minutes from one account or scope',
      why: 'A monorepo releases its packages together, always. Packages that have nothing to do with each other and appear in the same minutes are what a stolen account looks like.',
      fix: 'Wait until the publisher says what happened, and stay on the versions before.',
      incident:
        'chalk, debug and 16 others (2025-09-08) came from one stolen account within minutes; 643 versions of AntV and atool (2026-05-19) in 22.',
      family: 'freshness',
    },
  },
  evaluate: ({ subject: { component }, known: { burst }, used, options, context }) => {
    if (burst.status === 'not-in-registry') return { notApplicable: 'the registry does not know this version' };
    if (burst.status === 'history') return [];
    if (isHistory(burst.publishedAt, context.now, options['recent-within'])) return [];
    const name = labelOf(component);
    const base = {
      facts: [{ label: 'published', value: formatDate(burst.publishedAt), source: 'registry' }],
      passesAt: burst.publishedAt + options['recent-within'],
    };
    const drafts: FindingDraft[] = [];
    if (burst.versions.length >= options.versions) {
      drafts.push({
        ...base,
        rule: 'publish-burst/versions',
        message: `${name} is one of ${burst.versions.length} versions of its line within an hour: ${listed(burst.versions)}`,
        help: ['stay on a version from before that hour until the project explains it'],
        policyKey: 'checks.publish-burst.versions',
      });
    }
    if (burst.strangers.length >= options.packages) {
      drafts.push({
        ...base,
        rule: 'publish-burst/siblings',
        message: `${name} came from ${burst.common ?? 'one account'} within minutes of packages that are not released with it otherwise: ${listed(burst.strangers)}`,
        help: ['stay on the version before until the publisher explains it'],
        policyKey: 'checks.publish-burst.packages',
      });
    }
    const trusted = drafts.length === 0 ? undefined : trustedBy(component, used, context);
    return trusted === undefined ? drafts : { notApplicable: trusted };
  },
});

function listed(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ');
}
