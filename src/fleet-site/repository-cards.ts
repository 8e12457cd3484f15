import { counted, grouped } from '../reporters/html/counted.ts';
import { type Child, type Markup, html } from '../reporters/html/markup.ts';
import type { RepositorySummary } from './repository-summary.ts';
import { spark } from './spark.ts';
import { stateBadge } from './state-words.ts';

/** Repositories as small multiples: name, state, the last audits, what stands against it, what is new. */
export function repositoryCards(repositories: readonly RepositorySummary[], most: number, up: '' | '../'): Markup {
  return html`<ol class="repos">
    ${repositories.map(
      (repository) =>
        html`<li class="repo v-${repository.state}">
          <p class="repo-name"><a href="${up}r/${repository.slug}.html">${repository.name}</a> ${stateBadge(repository.state)}</p>
          ${spark(repository.trend, most)}
          <p class="repo-figures">${figures(repository)}</p>
        </li> `,
    )}
  </ol>`;
}

function figures({ state, lockfiles, errors, warnings, judgements, inconclusive, packages, appeared, resolved }: RepositorySummary): Child {
  if (state === 'failed') return 'could not be audited';
  if (lockfiles === 0) return 'no lockfile was found';
  const parts = [
    ...(errors > 0 ? [html`<strong>${counted(errors, 'error')}</strong>`] : []),
    ...(warnings > 0 ? [html`<span>${counted(warnings, 'warning')}</span>`] : []),
    ...(inconclusive > 0 ? [html`<span>${shareText(inconclusive, judgements)} not verified</span>`] : []),
    ...(errors + warnings + inconclusive === 0 ? [html`<span>nothing found in ${counted(packages, 'package')}</span>`] : []),
    ...(appeared > 0 ? [html`<span class="up">${grouped(appeared)} new</span>`] : []),
    ...(resolved > 0 ? [html`<span class="down">${grouped(resolved)} resolved</span>`] : []),
  ];
  return html`${parts}`;
}

/** A share in per cent that never rounds something to nothing: `<1%`. */
export function shareText(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0%';
  const percent = (100 * part) / whole;
  return percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}
