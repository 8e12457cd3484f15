import type { Report } from '../../model/report.ts';
import { type InconclusiveGroup, acceptingLine, groupInconclusive } from '../inconclusive-groups.ts';
import { plural } from '../summary.ts';
import { pasteable } from './commands.ts';
import { type Markup, html } from './markup.ts';

const mostCauses = 60;
const mostSubjects = 8;
/** A longer line is no longer something to paste without reading it in a file. */
const longestAcceptance = 900;

/** One cause of missing judgements, as it is shown. */
export interface CauseView {
  readonly checks: readonly string[];
  readonly source: string;
  readonly detail: string;
  /** How many subjects it concerns, and their names where they are few. */
  readonly subjects: number;
  readonly named: readonly string[];
  readonly isAccepted: boolean;
  /** Causes that differ in their words only: this one speaks for them. */
  readonly others: number;
}

/** What could not be found out, causes of one kind once, and the policy line that would accept it; undefined where nothing is missing. */
export function unverifiedSection(report: Report): Markup | undefined {
  const groups = groupInconclusive(report);
  if (groups.length === 0) return undefined;
  const accepting = acceptingLine(groups);
  return html`${causeList(alike(groups))}
  ${accepting === undefined || accepting.length > longestAcceptance ? undefined : pasteable('Accept all of it, in lockgate.yaml', accepting)}`;
}

/** Causes as a list, as many as a person reads. */
export function causeList(causes: readonly CauseView[]): Markup {
  return html`<ul class="causes">
      ${causes.slice(0, mostCauses).map(renderCause)}
    </ul>
    ${causes.length > mostCauses ? html`<p class="quiet">and ${causes.length - mostCauses} more causes; the JSON report has them all</p>` : undefined}`;
}

function renderCause({ checks, source, detail, subjects, named: names, isAccepted, others }: CauseView): Markup {
  const like = others === 0 ? '' : ` (and ${plural(others, 'cause')} like it)`;
  const named = names.length > 0 && names.length <= mostSubjects ? `: ${names.join(', ')}` : '';
  return html`<li>
    <p class="message">${detail}${like}${isAccepted ? html` <span class="badge l-waived">accepted</span>` : undefined}</p>
    <p class="quiet">${checks.join(', ')} · ${source} · ${plural(subjects, 'subject')}${named}</p>
  </li>`;
}

function alike(groups: readonly InconclusiveGroup[]): readonly CauseView[] {
  const causes = new Map<string, { readonly first: InconclusiveGroup; readonly subjects: Set<string>; count: number }>();
  for (const group of groups) {
    const key = JSON.stringify([group.checks, group.source, group.reason, group.isAccepted]);
    const cause = causes.get(key) ?? { first: group, subjects: new Set<string>(), count: 0 };
    for (const subject of group.subjects) cause.subjects.add(subject);
    cause.count += 1;
    causes.set(key, cause);
  }
  return [...causes.values()].map(({ first: { checks, source, detail, isAccepted }, subjects, count }) => ({
    checks,
    source,
    detail,
    isAccepted,
    subjects: subjects.size,
    named: [...subjects],
    others: count - 1,
  }));
}
