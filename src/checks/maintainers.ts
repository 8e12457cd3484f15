import { publisherHistory, type ReleasePeople as People } from '../evidence/publisher-history.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { FindingDraft } from '../model/finding.ts';
import { isHistory, recentWithin, recentWithinDefault } from './recent-release.ts';

const defaults: { readonly 'recent-within': number } = { 'recent-within': recentWithinDefault };

/** Did the circle of people who may publish change with this version. */
export const maintainers: AnyCheck = defineCheck({
  id: 'maintainers',
  scope: 'component',
  needs: { people: publisherHistory },
  uses: {},
  options: { defaults, properties: { 'recent-within': recentWithin } },
  rules: {
    'maintainers/replaced': {
      severity: 'warning',
      summary: 'None of the earlier maintainers is left',
      why: 'The package has changed hands entirely. Sold and taken-over packages look like this.',
      fix: 'Find out who the new owners are, and compare the release with the one before.',
      incident: 'art-template (2025-03) was taken over as a whole and served other code in its browser bundle for 14 months.',
      family: 'identity',
    },
    'maintainers/added': {
      severity: 'note',
      summary: 'Somebody new may publish the package',
      why: 'Teams grow, so this is told and weighs nothing by itself. When the new account also publishes, `publisher/unknown-account` says so.',
      fix: 'Nothing, as a rule.',
      incident: 'event-stream (2018): the later attacker was first added as a maintainer.',
      family: 'policy',
    },
    'maintainers/removed': {
      severity: 'note',
      summary: 'Somebody may no longer publish the package',
      why: 'People leave, so this is told and weighs nothing by itself.',
      fix: 'Nothing, as a rule.',
      family: 'policy',
    },
  },
  evaluate: ({ subject: { component }, known: { people }, options, context }) => {
    if (people.status === 'not-in-registry') return { notApplicable: 'the registry does not know this version' };
    if (people.status === 'history') return [];
    const { release, publishedAt } = people;
    const before = people.earlier.find((one) => one.maintainers !== undefined);
    if (release.maintainers === undefined || before?.maintainers === undefined)
      return { notApplicable: 'the registry does not say who maintained it and the releases before' };
    if (isHistory(publishedAt, context.now, options['recent-within'])) return [];
    return judge(labelOf(component), release, before).map((draft) => ({
      ...draft,
      facts: [
        { label: 'maintainers', value: listed(release.maintainers), source: 'registry' },
        { label: before.version, value: listed(before.maintainers), source: 'registry' },
        { label: 'evidence', value: 'unsigned registry metadata', source: 'registry' },
      ],
      passesAt: publishedAt + options['recent-within'],
    }));
  },
});

function judge(name: string, release: People, before: People): readonly FindingDraft[] {
  const now = release.maintainers ?? [];
  const then = before.maintainers ?? [];
  const added = now.filter((account) => !then.includes(account));
  const removed = then.filter((account) => !now.includes(account));
  if (removed.length === then.length) {
    return [
      {
        rule: 'maintainers/replaced',
        message: `${name} has none of the maintainers of ${before.version} any more`,
        help: [`find out who took it over; stay on ${before.version} meanwhile`],
      },
    ];
  }
  const drafts: FindingDraft[] = [];
  if (added.length > 0)
    drafts.push({ rule: 'maintainers/added', message: `${name} has a new maintainer since ${before.version}: ${listed(added)}` });
  if (removed.length > 0)
    drafts.push({ rule: 'maintainers/removed', message: `${name} has lost a maintainer since ${before.version}: ${listed(removed)}` });
  return drafts;
}

function listed(accounts: readonly string[] | undefined): string {
  const names = accounts ?? [];
  return names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', ');
}
