import { releaseHistory } from '../evidence/release-history.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import { formatRepository, isSameRepository, readRepository, type Repository } from '../provenance/repository.ts';
import { isHistory, recentWithin, recentWithinDefault } from './recent-release.ts';

const defaults: { readonly 'recent-within': number } = { 'recent-within': recentWithinDefault };

/** Does package.json still name the repository that it named before. */
export const repositoryChange: AnyCheck = defineCheck({
  id: 'repository-change',
  scope: 'component',
  needs: { history: releaseHistory },
  uses: {},
  options: { defaults, properties: { 'recent-within': recentWithin } },
  rules: {
    'repository-change/other-owner': {
      severity: 'note',
      summary: 'package.json names a repository of another owner than before',
      why: 'The field is what the publisher claims, so it proves nothing; but a change says that the package has moved, and to whom. Provenance is compared by `provenance-history`.',
      fix: 'Look whether the old repository announces the move.',
      family: 'policy',
    },
    'repository-change/removed': {
      severity: 'note',
      summary: 'package.json no longer names a repository',
      why: 'What a release was built from can no longer be looked up.',
      fix: 'Compare the release with the one before.',
      family: 'policy',
    },
  },
  evaluate: ({ subject: { component }, known: { history }, options, context }) => {
    if (history.status === 'not-in-registry') return { notApplicable: 'the registry does not know this version' };
    if (history.status === 'history') return [];
    const { release, earlier, publishedAt } = history;
    const [last] = earlier;
    const before = readRepository(last?.repository ?? '');
    if (last === undefined || before === undefined) return { notApplicable: 'the release before names no repository' };
    if (isHistory(publishedAt, context.now, options['recent-within'])) return [];
    const name = labelOf(component);
    const facts = [
      { label: 'repository', value: release.repository ?? 'none', source: 'registry' },
      { label: last.version, value: last.repository ?? 'none', source: 'registry' },
      { label: 'evidence', value: 'unsigned registry metadata', source: 'registry' },
    ];
    const passesAt = publishedAt + options['recent-within'];
    if (release.repository === undefined) {
      return [
        {
          rule: 'repository-change/removed',
          message: `${name} names no repository, ${last.version} named ${formatRepository(before)}`,
          facts,
          passesAt,
        },
      ];
    }
    const now = readRepository(release.repository);
    if (now !== undefined && isOfSameOwner(now, before)) return [];
    return [
      {
        rule: 'repository-change/other-owner',
        message: `${name} names ${now === undefined ? 'something else' : formatRepository(now)} as its repository, ${last.version} named ${formatRepository(before)}`,
        facts,
        passesAt,
      },
    ];
  },
});

/** A move within an owner's repositories, into a monorepo say, changes nobody's hands. */
function isOfSameOwner(a: Repository, b: Repository): boolean {
  return isSameRepository(ownerOf(a), ownerOf(b));
}

function ownerOf({ host, path }: Repository): Repository {
  return { host, path: path.slice(0, path.lastIndexOf('/')) };
}
