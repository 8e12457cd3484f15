import type { LockfileRecord, RepositoryChange, RepositoryFailure } from '../fleet/audit-record.ts';
import { formatDate } from '../model/units.ts';
import { script } from '../reporters/html/script.ts';
import { createFactsReader, createFleetTally } from './fleet-tally.ts';
import { cardsOnOverview, overviewBody } from './overview.ts';
import { listPages } from './list-pages.ts';
import { type PageContent, sitePage } from './page.ts';
import { repositoryPages } from './repository-page.ts';
import { type RepositorySummary, summarise, worstFirst } from './repository-summary.ts';
import { searchBody } from './search-page.ts';
import { searchIndex } from './search-index.ts';
import { searchScript } from './search-script.ts';
import type { SiteFile, SiteSource } from './site-source.ts';
import { siteStyle } from './site-style.ts';
import { mostErrors } from './spark.ts';

/**
 * The site of one audit, file by file: while records go by, a page for each repository; after them what all have in common. Holds each
 * distinct version once, with the numbers of its repositories; never more than one repository's records. The same source gives the
 * same files, whatever the order of its repositories.
 */
export async function* renderSite(source: SiteSource): AsyncGenerator<SiteFile> {
  yield { path: 'assets/site.css', text: siteStyle };
  yield { path: 'assets/site.js', text: script.trimStart() };
  yield { path: 'assets/search.js', text: searchScript.trimStart() };

  const page = createPageWriter(source);
  const known = createKnown(source);
  const readFacts = createFactsReader();
  const tally = createFleetTally(readFacts);
  const repositories: RepositorySummary[] = [];
  const most = mostErrors(source.trends.values());

  function* add(name: string, records: readonly LockfileRecord[]): Generator<SiteFile> {
    const change = known.changes.get(name);
    const summary = summarise(name, records, {
      trend: source.trends.get(name) ?? [],
      appeared: change?.appeared.length ?? 0,
      resolved: change?.resolved.length ?? 0,
    });
    tally.add(repositories.length, records);
    repositories.push(summary);
    for (const { suffix, title, body } of repositoryPages({
      summary,
      records,
      change,
      failure: known.failures.get(name),
      source,
      most,
      readFacts,
    }))
      yield page(`r/${summary.slug}${suffix}.html`, { title, up: '../', scripts: ['assets/site.js'], body });
  }

  // Those of which the store has no lockfile come last: they failed, or have none.
  const without = new Set(known.names);
  for await (const group of source.records) {
    const [first] = group;
    if (first === undefined) continue;
    without.delete(first.repository);
    yield* add(first.repository, [...group].sort(byLockfile));
  }
  for (const name of [...without].sort()) yield* add(name, []);

  yield* together({ source, repositories, tally, most, page });
}

interface Together {
  readonly source: SiteSource;
  /** In order of arrival. */
  readonly repositories: readonly RepositorySummary[];
  readonly tally: ReturnType<typeof createFleetTally>;
  readonly most: number;
  readonly page: PageWriter;
}

/** The pages that need all repositories: the first one, the lists, and the search. */
function* together({ source, repositories, tally, most, page }: Together): Generator<SiteFile> {
  const sorted = [...repositories].sort(worstFirst);
  const packages = tally.packages();
  const scripts = ['assets/site.js'];
  yield page('index.html', {
    title: `Fleet, ${formatDate(source.summary.audit.startedAt)}`,
    up: '',
    current: 'overview',
    scripts,
    body: overviewBody({ source, repositories: sorted, tally, packages, most }),
  });
  if (sorted.length > cardsOnOverview)
    for (const [index, body] of listPages(sorted, most).entries())
      yield page(`all/${index + 1}.html`, { title: `Repositories, page ${index + 1}`, up: '../', scripts, body });

  const placeOf = new Map(sorted.map(({ name }, place) => [name, place]));
  const places = repositories.map(({ name }) => placeOf.get(name) ?? 0);
  const index = searchIndex(packages, sorted, places);
  yield* index.files;
  const failed = sorted.filter(({ state }) => state === 'failed').length;
  yield page('search.html', {
    title: 'Search',
    up: '',
    current: 'search',
    scripts: ['assets/search.js'],
    body: searchBody({ index, repositories: sorted.length, packages: packages.length, failed }),
  });
}

type PageWriter = (path: string, content: Omit<PageContent, 'made'>) => SiteFile;

function createPageWriter({ summary: { audit } }: SiteSource): PageWriter {
  const made = `${audit.tool} from the audit of ${formatDate(audit.startedAt)}.`;
  return (path, content) => ({ path, text: sitePage({ ...content, made }) });
}

/** What the audit says about repositories, by their names. */
function createKnown({ summary: { failures, changes }, trends }: SiteSource): {
  /** Those that the shown audit has an answer about. */
  readonly names: readonly string[];
  readonly failures: ReadonlyMap<string, RepositoryFailure>;
  readonly changes: ReadonlyMap<string, RepositoryChange>;
} {
  return {
    names: [
      ...[...trends].flatMap(([name, trend]) => (trend.at(-1) === undefined ? [] : [name])),
      ...failures.map(({ repository }) => repository),
    ],
    failures: new Map(failures.map((failure) => [failure.repository, failure])),
    changes: new Map(changes.map((change) => [change.repository, change])),
  };
}

function byLockfile(a: LockfileRecord, b: LockfileRecord): number {
  return a.lockfile < b.lockfile ? -1 : 1;
}
