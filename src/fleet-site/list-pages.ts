import { grouped } from '../reporters/html/counted.ts';
import { type Child, type Markup, html } from '../reporters/html/markup.ts';
import { repositoryCards } from './repository-cards.ts';
import type { RepositorySummary } from './repository-summary.ts';

const cardsPerPage = 120;

/** All repositories, worst first, one page after the other. */
export function listPages(repositories: readonly RepositorySummary[], most: number): readonly Markup[] {
  const count = Math.ceil(repositories.length / cardsPerPage);
  return Array.from({ length: count }, (_, index) => {
    const from = index * cardsPerPage;
    const shown = repositories.slice(from, from + cardsPerPage);
    return html`<h1 class="overall">All ${grouped(repositories.length)} repositories</h1>
      <p class="lead">
        Worst first, ${grouped(from + 1)} to ${grouped(from + shown.length)}. Each bar is an audit, the newest at the right; its height is
        the number of errors. <a href="../search.html">Search</a> finds one by its name.
      </p>
      ${pager('Pages', index, count)}${repositoryCards(shown, most, '../')}${pager('Pages, again', index, count)}`;
  });
}

/** First, last, and the pages around this one. */
function pager(label: string, index: number, count: number): Child {
  if (count === 1) return undefined;
  const shown = Array.from({ length: count }, (_, page) => page).filter(
    (page) => page === 0 || page === count - 1 || Math.abs(page - index) <= 2,
  );
  return html`<nav class="pager" aria-label="${label}">
    ${shown.map((page, at) => html`${at > 0 && page - (shown[at - 1] ?? page) > 1 ? html`<span class="gap">…</span>` : undefined}${page === index ? html`<span aria-current="page">${page + 1}</span>` : html`<a href="${page + 1}.html" aria-label="Page ${page + 1}">${page + 1}</a>`}`)}
  </nav>`;
}
