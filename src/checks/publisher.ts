import { publisherHistory, type ReleasePeople as People } from '../evidence/publisher-history.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { Fact, FindingDraft } from '../model/finding.ts';
import { days, daysToMilliseconds, formatDuration } from '../model/units.ts';
import { isHistory, recentWithin, recentWithinDefault } from './recent-release.ts';

interface PublisherOptions {
  readonly 'error-below': number;
  readonly 'recent-within': number;
}

const defaults: PublisherOptions = { 'error-below': daysToMilliseconds(days(7)), 'recent-within': recentWithinDefault };

/** Did the same people publish this version who published the ones before. */
export const publisher: AnyCheck = defineCheck({
  id: 'publisher',
  scope: 'component',
  needs: { people: publisherHistory },
  uses: {},
  options: {
    defaults,
    properties: {
      'error-below': {
        type: 'string',
        format: 'duration',
        default: '7d',
        description: 'A release by an unknown account that is younger than this is an error, an older one a warning.',
      },
      'recent-within': recentWithin,
    },
  },
  rules: {
    'publisher/unknown-account': {
      severity: 'error',
      summary: 'A recent version was published by an account that has not been there before',
      why: 'The account published none of the releases before and could not have published the last one. A stolen package changes hands exactly so; an honest handover is announced, and a week is long enough to read it.',
      fix: 'Find the announcement of the new maintainer. Without one, stay on the version before.',
      incident:
        'event-stream (2018) was handed to a stranger; @solana/web3.js (2024-12) and node-ipc (2026-05-14) were published from another account.',
      family: 'identity',
    },
    'publisher/changed': {
      severity: 'note',
      summary: 'Another maintainer than usual published the version',
      why: 'The account is a maintainer of long standing but published none of the last releases. Teams take turns, so this is told and weighs nothing by itself.',
      fix: 'Nothing, as a rule.',
      family: 'policy',
    },
    'publisher/mail-domain-changed': {
      severity: 'warning',
      summary: 'The publisher’s mail address has another domain than before',
      why: 'Whoever takes an account over sets their own address first, so that the owner cannot take it back.',
      fix: 'Ask the maintainer on another way than by that address. Stay on the version before meanwhile.',
      incident: 'axios (2026-03-31): the maintainer’s account suddenly had an address at another provider.',
      family: 'identity',
    },
  },
  evaluate: ({ subject: { component }, known: { people }, options, context }) => {
    if (people.status === 'not-in-registry') return { notApplicable: 'the registry does not know this version' };
    if (people.status === 'history') return [];
    const { release, publishedAt } = people;
    const earlier = people.earlier.filter((before) => before.publisher !== undefined);
    if (earlier.length === 0) return { notApplicable: 'there is no earlier release to compare with' };
    if (isHistory(publishedAt, context.now, options['recent-within'])) return [];
    const isYoung = !isHistory(publishedAt, context.now, options['error-below']);
    const drafts = judge(labelOf(component), release, earlier, isYoung);
    return drafts.map((draft) => ({
      ...draft,
      facts: [
        ...factsOf(release, earlier),
        { label: 'published', value: `${formatDuration(context.now - publishedAt)} ago`, source: 'registry' },
        { label: 'evidence', value: 'unsigned registry metadata', source: 'registry' },
      ],
      passesAt: publishedAt + options['recent-within'],
    }));
  },
});

function judge(name: string, release: People, earlier: readonly People[], isYoung: boolean): readonly FindingDraft[] {
  // A pipeline that publishes by itself is no account; what it was built from is judged by its provenance.
  if (release.trustedPublisher !== undefined) return [];
  const account = release.publisher?.name ?? '';
  const own = earlier.filter((before) => before.trustedPublisher === undefined && before.publisher?.name === account);
  const [last] = earlier;
  if (own.length > 0) return mailDrafts(name, release, own);
  const help = [`stay on ${last?.version ?? 'the version before'} until the project explains it`];
  if (last?.maintainers?.includes(account) === true) {
    return [
      { rule: 'publisher/changed', message: `${name} was published by ${account}, who published none of the last ${earlier.length}` },
    ];
  }
  return [
    {
      rule: 'publisher/unknown-account',
      ...(isYoung ? {} : { severity: 'warning' }),
      message: `${name} was published by ${account}, an account that none of its last ${earlier.length} releases knows`,
      help,
      policyKey: 'checks.publisher.error-below',
    },
  ];
}

/** Compared with the same account's own releases only: two people have two addresses. */
function mailDrafts(name: string, release: People, own: readonly People[]): readonly FindingDraft[] {
  const domain = domainOf(release.publisher?.email);
  const before = [...new Set(own.flatMap(({ publisher: person }) => domainOf(person?.email) ?? []))];
  if (domain === undefined || before.length === 0 || before.includes(domain)) return [];
  return [
    {
      rule: 'publisher/mail-domain-changed',
      message: `${name} was published by ${release.publisher?.name ?? ''} with an address at ${domain}, before at ${before.join(', ')}`,
      help: [`stay on ${own[0]?.version ?? 'the version before'} until the maintainer has confirmed the address on another way`],
    },
  ];
}

function domainOf(email: string | undefined): string | undefined {
  const at = email?.lastIndexOf('@') ?? -1;
  return email === undefined || at <= 0 || at === email.length - 1 ? undefined : email.slice(at + 1).toLowerCase();
}

function factsOf(release: People, earlier: readonly People[]): readonly Fact[] {
  return [
    { label: 'publisher', value: describe(release), source: 'registry' },
    ...earlier.slice(0, 3).map((before) => ({ label: before.version, value: describe(before), source: 'registry' })),
  ];
}

function describe({ publisher: person, trustedPublisher }: People): string {
  if (trustedPublisher !== undefined) return `trusted publisher ${trustedPublisher}`;
  return person?.email === undefined ? (person?.name ?? 'unknown') : `${person.name} <${person.email}>`;
}
