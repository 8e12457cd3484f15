import type { LockfileRecord, RepositoryChange, RepositoryFailure } from '../fleet/audit-record.ts';
import type { RuleMeta } from '../model/check.ts';
import type { PackageFacts } from '../model/package-facts.ts';
import { formatDate } from '../model/units.ts';
import { ageHistogram } from '../reporters/html/age-histogram.ts';
import { counted } from '../reporters/html/counted.ts';
import { findingGroups } from '../reporters/html/findings.ts';
import { licenceBars } from '../reporters/html/licence-bars.ts';
import { type Child, type Markup, html } from '../reporters/html/markup.ts';
import { packageTable } from '../reporters/html/package-table.ts';
import { causeList } from '../reporters/html/unverified.ts';
import { verdictHeader } from '../reporters/html/verdict.ts';
import { ownNews } from './news-section.ts';
import { type Section, renderSection } from './overview.ts';
import { recordCard } from './record-card.ts';
import { recordRows } from './record-rows.ts';
import { type RepositorySummary, stateOf } from './repository-summary.ts';
import type { FleetPoint, SiteSource } from './site-source.ts';
import { spark } from './spark.ts';
import { stateBadge, stateMark } from './state-words.ts';

export interface RepositoryInput {
  readonly summary: RepositorySummary;
  /** Sorted by path; none for a repository that could not be audited. */
  readonly records: readonly LockfileRecord[];
  readonly change: RepositoryChange | undefined;
  readonly failure: RepositoryFailure | undefined;
  readonly source: SiteSource;
  readonly most: number;
  readonly readFacts: (licence: string | undefined, publishedAt: number | undefined) => PackageFacts;
}

/** The pages of one repository by the part of their name after its slug: one, or one for each of several lockfiles as well. */
export function repositoryPages(
  input: RepositoryInput,
): readonly { readonly suffix: string; readonly title: string; readonly body: Markup }[] {
  const { summary, records } = input;
  const [only, ...others] = records;
  if (only === undefined) return [{ suffix: '', title: summary.name, body: emptyBody(input) }];
  if (others.length === 0) return [{ suffix: '', title: summary.name, body: lockfileBody(only, input, overTime(input)) }];
  return [
    { suffix: '', title: summary.name, body: lockfilesBody(input) },
    ...records.map((record, index) => ({
      suffix: `.${index + 1}`,
      title: `${summary.name}: ${record.lockfile}`,
      body: lockfileBody(record, input, [], html`<p class="crumb"><a href="${summary.slug}.html">${summary.name}</a></p>`),
    })),
  ];
}

/** Nothing was read: the repository failed, or it has no lockfile. */
function emptyBody({ summary, failure, source, most }: RepositoryInput): Markup {
  const title = failure === undefined ? 'No lockfile' : 'Not audited';
  const why = failure?.message ?? 'The repository holds no lockfile that is read';
  return html`<header class="verdict v-${summary.state}">
      ${stateMark(summary.state)}
      <div>
        <p class="about"><strong>${summary.name}</strong> <span>${formatDate(source.summary.audit.startedAt)}</span></p>
        <h1>${title}</h1>
        <p class="sentence">${why}. Nothing is known about its dependencies: this is no pass.</p>
        ${failure?.hint === undefined ? undefined : html`<p class="quiet">${failure.hint}</p>`}
      </div>
    </header>
    ${timeSection(summary, source.history, most).map(renderSection)}`;
}

function lockfilesBody(input: RepositoryInput): Markup {
  const { summary, records, source } = input;
  const state = stateOf(records);
  return html`<header class="verdict v-${state}">
      ${stateMark(state)}
      <div>
        <p class="about"><strong>${summary.name}</strong> <span>${formatDate(source.summary.audit.startedAt)}</span></p>
        <h1>${records.filter(({ verdict }) => verdict !== 'pass').length} of ${records.length} lockfiles do not pass</h1>
        <p class="sentence">
          ${counted(summary.errors, 'error')} and ${counted(summary.warnings, 'warning')} in ${counted(summary.packages, 'package')}.
        </p>
      </div>
    </header>
    ${[
      {
        key: 'lockfiles',
        title: 'Lockfiles',
        body: html`<ul class="news">
          ${records.map(
            ({ lockfile, verdict, counts, format }, index) =>
              html`<li class="turn">
                ${stateBadge(verdict)} <a href="${summary.slug}.${index + 1}.html">${lockfile}</a>
                <span class="quiet"
                  >${format} · ${counted(counts.errors, 'error')}, ${counted(counts.warnings, 'warning')} in
                  ${counted(counts.components, 'package')}</span
                >
              </li> `,
          )}
        </ul>`,
      },
      ...overTime(input),
    ].map(renderSection)}`;
}

/** What is new, and the audits before. */
function overTime({ summary, change, source, most }: RepositoryInput): readonly Section[] {
  const { previous } = source.summary;
  return [
    ...(change === undefined || change.appeared.length + change.resolved.length === 0 || previous === undefined
      ? []
      : [{ key: 'news', title: `Since the audit of ${formatDate(previous.startedAt)}`, body: ownNews(change) }]),
    ...timeSection(summary, source.history, most),
  ];
}

function timeSection(summary: RepositorySummary, history: readonly FleetPoint[], most: number): readonly Section[] {
  const points = summary.trend.flatMap((point, index) => {
    const at = history.slice(-summary.trend.length)[index]?.audit.startedAt;
    return point === undefined || at === undefined ? [] : [{ ...point, at }];
  });
  if (points.length < 2) return [];
  const rows = points.toReversed().map(
    ({ at, state, errors }) =>
      html`<tr>
        <th scope="row">${formatDate(at)}</th>
        <td>${stateBadge(state)}</td>
        <td class="number">${errors}</td>
      </tr> `,
  );
  const body = html`<div class="repo wide v-${summary.state}">${spark(summary.trend, most)}</div>
    <details class="as-text">
      <summary>The same as a table</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Audit</th>
            <th scope="col">Verdict</th>
            <th scope="col" class="number">Errors</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </details>`;
  return [
    { key: 'trend', title: 'Over time', lead: 'Each bar is an audit, the newest at the right; its height is the number of errors.', body },
  ];
}

/** One lockfile: the report's page, made from what the store keeps. */
function lockfileBody(record: LockfileRecord, input: RepositoryInput, before: readonly Section[], crumb?: Child): Markup {
  const { summary, source } = input;
  const { rules } = source;
  const { audit } = source.summary;
  const { rows, left } = recordRows(record, input.readFacts);
  const facts = record.packages.map(({ licence, publishedAt }) => input.readFacts(licence, publishedAt));
  const sections: readonly Section[] = [
    ...before,
    { key: 'findings', title: 'Findings', body: findings(record, rules) },
    ...(record.inconclusive.length === 0
      ? []
      : [
          {
            key: 'unverified',
            title: 'What could not be verified',
            lead: 'Missing evidence is never counted as a pass.',
            body: causeList(
              record.inconclusive.map(({ check, source: from, detail, subjects, isAccepted }) => ({
                checks: [check],
                source: from,
                detail,
                subjects,
                isAccepted,
                named: [],
                others: 0,
              })),
            ),
          },
        ]),
    ...(record.packages.length === 0
      ? []
      : [
          {
            key: 'licences',
            title: 'Licences',
            lead: 'Of a choice the mildest counts, of licences that hold together the strictest.',
            body: licenceBars(facts, { hasTable: true }),
          },
          { key: 'ages', title: 'Age of the versions in use', body: ageHistogram(facts, audit.startedAt, undefined) },
          {
            key: 'r0-packages',
            title: 'All packages',
            lead:
              left === 0
                ? 'With the shortest way from the project to each; what could not be verified is listed above and not marked here.'
                : `${counted(left, 'package')} without room here: lockgate audit search finds every one.`,
            body: packageTable(rows, {
              id: 'r0',
              file: record.lockfile,
              project: record.repository,
              now: audit.startedAt,
              wayTitle: 'By way of',
            }),
          },
        ]),
  ];
  return html`${crumb}
    <article id="r0" data-report="0">
      ${verdictHeader(
        {
          verdict: record.verdict,
          counts: record.counts,
          subject: summary.name,
          about: [record.lockfile, record.format, `policy ${record.policyDigest.slice(0, 12)}`, formatDate(audit.startedAt)],
          accepted: 0,
        },
        'h1',
      )}
      <nav class="contents" aria-label="Sections">
        <ul>
          ${sections.map(({ key, title }) => html`<li><a href="#${key}">${title}</a></li>`)}
        </ul>
      </nav>
      ${sections.map(renderSection)}
    </article>`;
}

function findings(record: LockfileRecord, rules: ReadonlyMap<string, RuleMeta>): Child {
  if (record.findings.length === 0) return html`<p>Nothing stands against these packages.</p>`;
  return findingGroups(record.findings, {
    writeCard: (finding, isOpen) => recordCard(finding, rules.get(finding.rule), isOpen),
    nameOf: ({ subject }) => subject,
    rules,
  });
}
