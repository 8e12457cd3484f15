import { type PublisherHistory, publisherHistory } from '../evidence/publisher-history.ts';
import { releaseHistory } from '../evidence/release-history.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact } from '../model/finding.ts';
import { days, daysToMilliseconds, formatDate, formatDuration } from '../model/units.ts';
import { isHistory, recentWithin, recentWithinDefault } from './recent-release.ts';
import { originEvidence, trustedBy } from './trusted.ts';

interface DormancyOptions {
  readonly after: number;
  readonly 'recent-within': number;
}

const defaults: DormancyOptions = { after: daysToMilliseconds(days(365)), 'recent-within': recentWithinDefault };

/** Did a package that slept for long wake up just now. */
export const dormancy: AnyCheck = defineCheck({
  id: 'dormancy',
  scope: 'component',
  needs: { history: releaseHistory },
  uses: { ...originEvidence, people: publisherHistory },
  options: {
    defaults,
    properties: {
      after: { type: 'string', format: 'duration', default: '365d', description: 'A silence that is longer than this is dormancy.' },
      'recent-within': recentWithin,
    },
  },
  rules: {
    'dormancy/awakened': {
      severity: 'warning',
      summary: 'A recent release after more than a year without any',
      why: 'Accounts of sleeping packages are taken over because nobody watches them. An honest late fix looks the same, so this alone is a warning; with the account that has always published it it is a note, and together with a new script or publisher an error.',
      fix: 'Compare the release with the one before. If nothing presses, stay there for some weeks.',
      incident: 'Two of the AntV packages (2026-05-19) had been asleep for three years.',
      family: 'freshness',
    },
  },
  evaluate: ({ subject: { component }, known: { history }, used, options, context }) => {
    if (history.status === 'not-in-registry') return { notApplicable: 'the registry does not know this version' };
    if (history.status === 'history') return [];
    const { publishedAt, lastBefore } = history;
    if (lastBefore === undefined) return { notApplicable: 'it is the first release of its package' };
    if (isHistory(publishedAt, context.now, options['recent-within'])) return [];
    const silence = publishedAt - lastBefore.publishedAt;
    if (silence <= options.after) return [];
    const trusted = trustedBy(component, used, context);
    if (trusted !== undefined) return { notApplicable: trusted };
    return [
      {
        rule: 'dormancy/awakened',
        message: `${labelOf(component)} is the first release of ${component.name} after ${formatDuration(silence)}`,
        facts: [
          { label: 'published', value: formatDate(publishedAt), source: 'registry' },
          { label: 'release before', value: `${lastBefore.version}, ${formatDate(lastBefore.publishedAt)}`, source: 'registry' },
        ],
        counterFacts: sameAccount(used.people),
        help: [`compare it with ${lastBefore.version}, or stay there for now`],
        policyKey: 'checks.dormancy.after',
        passesAt: publishedAt + options['recent-within'],
      },
    ];
  },
});

/** The owner of an account that has been stolen is not told from the thief: it speaks against, and does not acquit. */
function sameAccount(people: PublisherHistory | undefined): readonly Fact[] {
  const account =
    people?.status === 'published' && people.release.trustedPublisher === undefined ? people.release.publisher?.name : undefined;
  const isSame =
    people?.status === 'published' && people.earlier.some(({ publisher }) => publisher !== undefined && publisher.name === account);
  return account !== undefined && isSame
    ? [{ label: 'publisher', value: `${account}, who has published it before`, source: 'registry' }]
    : [];
}
