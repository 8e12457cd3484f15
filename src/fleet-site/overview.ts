import { sharedFindings } from '../fleet/audit-news.ts';
import { type RepositoryState, repositoryStates } from '../fleet/audit-summary.ts';
import { formatDate } from '../model/units.ts';
import { ageHistogram } from '../reporters/html/age-histogram.ts';
import { counted, grouped } from '../reporters/html/counted.ts';
import { licenceBars } from '../reporters/html/licence-bars.ts';
import { type Child, type Markup, html } from '../reporters/html/markup.ts';
import { causeList } from '../reporters/html/unverified.ts';
import type { FleetPackage, FleetTally } from './fleet-tally.ts';
import { failuresSection, newsSection } from './news-section.ts';
import { repositoryCards, shareText } from './repository-cards.ts';
import type { RepositorySummary } from './repository-summary.ts';
import { ruleTable, sharedTable } from './rule-tables.ts';
import type { SiteSource } from './site-source.ts';
import { stateMark } from './state-words.ts';
import { trendChart } from './trend-chart.ts';

export interface OverviewInput {
  readonly source: SiteSource;
  /** Worst first. */
  readonly repositories: readonly RepositorySummary[];
  readonly tally: FleetTally;
  readonly packages: readonly FleetPackage[];
  /** For all sparklines. */
  readonly most: number;
}

/** Repositories on the first page; further ones have pages of their own. */
export const cardsOnOverview = 60;

/** The first page: the fleet in one sentence, what is new, the worst repositories, and what they have in common. */
export function overviewBody({ source, repositories, tally, packages, most }: OverviewInput): Markup {
  const { summary, history, rules } = source;
  const { failures, changes, previous } = summary;
  const [ruleTallies, shared, causes] = [tally.rules(), tally.shared(), tally.causes()];
  const facts = packages.map((one) => one.facts);
  const sections: readonly (Section | undefined)[] = [
    {
      key: 'news',
      title: previous === undefined ? 'Found by the first audit' : `Since the audit of ${formatDate(previous.startedAt)}`,
      body: newsSection(changes),
    },
    failures.length === 0
      ? undefined
      : {
          key: 'failures',
          title: 'Could not be audited',
          lead: 'Nothing is known about these repositories: they are no pass.',
          body: failuresSection(failures),
        },
    {
      key: 'repositories',
      title: 'Repositories',
      lead: 'Worst first. Each bar is an audit, the newest at the right; its height is the number of errors.',
      body: html`${repositoryCards(repositories.slice(0, cardsOnOverview), most, '')}${furtherRepositories(repositories.length)}`,
    },
    history.length < 2 ? undefined : { key: 'trend', title: 'Over time', body: trendChart(history) },
    ruleTallies.length === 0 ? undefined : { key: 'rules', title: 'What is found', body: ruleTable(ruleTallies, rules) },
    shared.length === 0
      ? undefined
      : { key: 'shared', title: 'The same in many repositories', lead: 'One decision helps all of them.', body: sharedTable(shared) },
    causes.length === 0
      ? undefined
      : {
          key: 'unverified',
          title: 'What could not be verified',
          lead: `${inconclusiveSentence(repositories)} Missing evidence is never counted as a pass.`,
          body: causeList(causes.map((cause) => ({ ...cause, named: [], others: 0 }))),
        },
    facts.length === 0
      ? undefined
      : {
          key: 'licences',
          title: 'Licences',
          lead: 'Of each version once, however many repositories hold it; of a choice the mildest counts, of licences that hold together the strictest.',
          body: licenceBars(facts, { hasTable: false }),
        },
    facts.length === 0
      ? undefined
      : { key: 'ages', title: 'Age of the versions in use', body: ageHistogram(facts, summary.audit.startedAt, undefined) },
  ];
  const present = sections.flatMap((section) => (section === undefined ? [] : [section]));
  return html`${head(source, repositories, packages)}
    <nav class="contents" aria-label="Sections">
      <ul>
        ${present.map(({ key, title }) => html`<li><a href="#${key}">${title}</a></li>`)}
      </ul>
    </nav>
    ${present.map(renderSection)}`;
}

/** One part of a page, with a heading that the contents lead to. */
export interface Section {
  readonly key: string;
  readonly title: string;
  readonly lead?: string;
  readonly body: Child;
}

/** Writes one part of a page. */
export function renderSection({ key, title, lead, body }: Section): Markup {
  return html`<section class="part" id="${key}" aria-labelledby="${key}-title">
    <h2 id="${key}-title" tabindex="-1">${title}</h2>
    ${lead === undefined ? undefined : html`<p class="lead">${lead}</p>`} ${body}
  </section> `;
}

function head({ summary }: SiteSource, repositories: readonly RepositorySummary[], packages: readonly FleetPackage[]): Markup {
  const { audit, states, changes } = summary;
  const worst = repositoryStates.find((state) => states[state] > 0) ?? 'failed';
  const appeared = sharedFindings(changes, 'appeared').length;
  const resolved = sharedFindings(changes, 'resolved').length;
  const installed = repositories.reduce((sum, one) => sum + one.packages, 0);
  return html`<header class="verdict v-${worst}">
      ${stateMark(worst)}
      <div>
        <p class="about">
          <strong>Audit of ${formatDate(audit.startedAt)}</strong> <span>${`${grouped(installed)} installed packages`}</span>
          <span>${`${grouped(packages.length)} distinct versions`}</span> <span>${audit.tool}</span>
        </p>
        <h1>${headline(states)}</h1>
        <p class="sentence">${sentence(states, appeared, resolved, summary.previous !== undefined)}</p>
      </div>
    </header>
    <dl class="numbers">
      ${number('Repositories', repositories.length, 'l-plain')} ${number('Fail', states.fail, 'v-fail')}
      ${number('Inconclusive', states.inconclusive, 'v-inconclusive')} ${number('Not audited', states.failed, 'v-failed')}
      ${number('Pass', states.pass, 'v-pass')} ${number('New findings', appeared, 'l-error')}
    </dl>`;
}

function number(words: string, count: number, tone: string): Markup {
  return html`<div class="${tone}${count === 0 ? ' zero' : ''}">
    <dt>${words}</dt>
    <dd>${grouped(count)}</dd>
  </div>`;
}

function headline(states: SiteSource['summary']['states']): string {
  const all = repositoryStates.reduce((sum, state) => sum + states[state], 0);
  const of = (state: RepositoryState, verb: string, verbs: string): string =>
    states[state] === all
      ? all === 1
        ? `It ${verb}`
        : `All ${verbs}`
      : `${grouped(states[state])} of ${grouped(all)} ${states[state] === 1 ? verb : verbs}`;
  if (all === 0) return 'Nothing was audited';
  if (states.fail > 0) return of('fail', 'fails', 'fail');
  if (states.failed > 0) return of('failed', 'could not be audited', 'could not be audited');
  if (states.inconclusive > 0) return of('inconclusive', 'is inconclusive', 'are inconclusive');
  return of('pass', 'passes', 'pass');
}

function sentence(states: SiteSource['summary']['states'], appeared: number, resolved: number, isCompared: boolean): string {
  const open = [
    ...(states.inconclusive > 0 && states.fail > 0 ? [`${grouped(states.inconclusive)} more could not be verified`] : []),
    ...(states.failed > 0 && states.fail > 0 ? [`${grouped(states.failed)} could not be audited`] : []),
  ];
  const news = isCompared
    ? appeared + resolved === 0
      ? 'Nothing changed since the audit before.'
      : `Since the audit before, ${counted(appeared, 'finding')} appeared and ${grouped(resolved)} went.`
    : 'This is the first audit: everything in it is new.';
  return [...(open.length === 0 ? [] : [`${open.join(', ')}.`]), news].join(' ');
}

function inconclusiveSentence(repositories: readonly RepositorySummary[]): string {
  const judgements = repositories.reduce((sum, one) => sum + one.judgements, 0);
  const inconclusive = repositories.reduce((sum, one) => sum + one.inconclusive, 0);
  return `${shareText(inconclusive, judgements)} of ${grouped(judgements)} judgements could not be made.`;
}

function furtherRepositories(count: number): Child {
  if (count <= cardsOnOverview) return undefined;
  return html`<p class="more"><a href="all/1.html">All ${grouped(count)} repositories</a></p>`;
}
