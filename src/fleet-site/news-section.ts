import { type SharedFinding, sharedFindings, verdictChanges } from '../fleet/audit-news.ts';
import type { FindingRecord, RepositoryChange, RepositoryFailure } from '../fleet/audit-record.ts';
import { inertLine } from '../model/inert.ts';
import { plural } from '../reporters/summary.ts';
import { type Child, type Markup, html } from '../reporters/html/markup.ts';
import { slugOf } from './slug.ts';
import { stateBadge } from './state-words.ts';

/** Entries that stand open; the rest is behind a fold, up to a limit. */
const [openShown, foldedShown, holdersShown, failuresShown] = [12, 200, 6, 100];

/** So many entries of this length keep a page well below a megabyte. */
const longestMessage = 300;

/** What appeared and what went since the audit before, each finding once however many repositories it is in. */
export function newsSection(changes: readonly RepositoryChange[]): Markup {
  const verdicts = verdictChanges(changes).map(turn);
  const lists = [
    folded('New', sharedFindings(changes, 'appeared').map(entry)),
    folded('Another verdict than before', verdicts),
    folded('Resolved', sharedFindings(changes, 'resolved').map(entry)),
  ];
  return lists.every((list) => list === undefined) ? html`<p>Nothing is new and nothing was resolved.</p>` : html`${lists}`;
}

/** The same for one repository on its own page. */
export function ownNews({ appeared, resolved }: RepositoryChange): Markup {
  return html`${folded('New', appeared.map(ownEntry))}${folded('Resolved', resolved.map(ownEntry))}`;
}

function folded(title: string, entries: readonly Markup[]): Child {
  if (entries.length === 0) return undefined;
  const rest = entries.slice(openShown, foldedShown);
  return html`<h3 class="news-title">${title} <span class="count">${entries.length}</span></h3>
    <ul class="news">
      ${entries.slice(0, openShown)}
    </ul>
    ${
      rest.length === 0
        ? undefined
        : html`<details class="as-text">
            <summary>${rest.length} more</summary>
            <ul class="news">
              ${rest}
            </ul>
          </details>`
    }${more(entries.length - foldedShown)}`;
}

function entry({ finding, repositories }: SharedFinding): Markup {
  const rest = repositories.length - holdersShown;
  const links = repositories.slice(0, holdersShown).map((name, index) => html`${index === 0 ? '' : ', '}${repositoryLink(name)}`);
  return entryOf(finding, html` in ${links}${rest > 0 ? ` and ${plural(rest, 'other')}` : ''}`);
}

function ownEntry(finding: FindingRecord): Markup {
  return entryOf(finding, undefined);
}

function entryOf({ waiver, severity, message, rule }: FindingRecord, where: Child): Markup {
  const level = waiver === undefined ? severity : 'waived';
  return html`<li class="l-${level}">
    <span class="badge">${level}</span> <span class="message">${inertLine(message, longestMessage)}</span>
    <span class="quiet"><code>${rule}</code>${where}</span>
  </li> `;
}

function turn({ repository, before, verdict }: RepositoryChange): Markup {
  return html`<li class="turn">
    ${repositoryLink(repository)} ${before === undefined ? html`<span class="quiet">not audited before</span>` : stateBadge(before)}
    <span class="quiet">to</span> ${stateBadge(verdict)}
  </li> `;
}

/** Repositories about which nothing is known, and why. */
export function failuresSection(failures: readonly RepositoryFailure[]): Markup {
  return html`<ul class="news">
      ${failures.slice(0, failuresShown).map(
        ({ repository, code, message, hint }) =>
          html`<li>
            ${stateBadge('failed')} <span>${repositoryLink(repository)}: ${inertLine(message, longestMessage)}</span>
            <span class="quiet">${code}${hint === undefined ? '' : ` · ${hint}`}</span>
          </li> `,
      )}
    </ul>
    ${more(failures.length - failuresShown)}`;
}

/** A repository by its name, leading from a page of the site's own folder to its page. */
function repositoryLink(name: string): Markup {
  return html`<a href="r/${slugOf(name)}.html">${name}</a>`;
}

function more(count: number): Child {
  return count > 0 ? html`<p class="quiet">and ${count} more</p>` : undefined;
}
