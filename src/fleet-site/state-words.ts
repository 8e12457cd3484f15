import type { RepositoryState } from '../fleet/audit-summary.ts';
import { type Markup, html, trusted } from '../reporters/html/markup.ts';
import { verdictMarks } from '../reporters/html/verdict.ts';

/** A state as a badge says it. */
export const stateWords: Readonly<Record<RepositoryState, string>> = {
  fail: 'fail',
  failed: 'not audited',
  inconclusive: 'inconclusive',
  pass: 'pass',
};

/** A state as a badge: a word, so that nobody needs the colour. */
export function stateBadge(state: RepositoryState): Markup {
  return html`<span class="badge v-${state}">${stateWords[state]}</span>`;
}

/** The mark beside a head line. What could not be audited is as open as what could not be judged. */
export function stateMark(state: RepositoryState): Markup {
  return html`<svg class="mark" viewBox="0 0 48 48" width="64" height="64" aria-hidden="true">
    <circle cx="24" cy="24" r="22" />
    ${trusted(verdictMarks[state === 'failed' ? 'inconclusive' : state])}
  </svg>`;
}
