import type { Counts, Report, Verdict } from '../../model/report.ts';
import { formatDate } from '../../model/units.ts';
import { unexplainedDoubt } from '../summary.ts';
import { counted, grouped } from './counted.ts';
import { type Markup, html, trusted } from './markup.ts';

/** What the head of a page says about one lockfile. */
export interface VerdictView {
  readonly verdict: Verdict;
  readonly counts: Counts;
  /** Who was judged. */
  readonly subject: string;
  /** Where, by which policy, when, with what. */
  readonly about: readonly string[];
  /** How many changes were judged, where it was not everything. */
  readonly changes?: number;
  /** Why a run is inconclusive although no single judgement is. */
  readonly doubt?: string;
  /** Judgements whose absence the policy accepts. */
  readonly accepted: number;
}

export const verdictTitles: Readonly<Record<Verdict, string>> = { pass: 'Pass', fail: 'Fail', inconclusive: 'Inconclusive' };

/** A mark for each verdict that does not need its colour. */
export const verdictMarks: Readonly<Record<Verdict, string>> = {
  pass: '<path d="M14 25l7 7 14-15"/>',
  fail: '<path d="M16 16l16 16M32 16L16 32"/>',
  inconclusive: '<path d="M18.5 18.5a5.5 5.5 0 1 1 8.2 4.8c-1.8 1-2.7 2-2.7 4M24 33.2v.1"/>',
};

/** The verdict in one word and one sentence, and the numbers that it rests on. */
export function verdictHeader(view: VerdictView, heading: 'h1' | 'h2'): Markup {
  const { verdict, subject, about } = view;
  const open = trusted(`<${heading}>`);
  const close = trusted(`</${heading}>`);
  return html`<header class="verdict v-${verdict}">
      <svg class="mark" viewBox="0 0 48 48" width="64" height="64" aria-hidden="true">
        <circle cx="24" cy="24" r="22" />
        ${trusted(verdictMarks[verdict])}
      </svg>
      <div>
        <p class="about"><strong>${subject}</strong>${about.map((part) => html` <span>${part}</span>`)}</p>
        ${open}${verdictTitles[verdict]}${close}
        <p class="sentence">${sentence(view)}</p>
      </div>
    </header>
    ${numbers(view)}`;
}

/** What the head of a report's page says. */
export function verdictViewOf(report: Report): VerdictView {
  const { verdict, counts, project, origin, tool, now, policyPath, changes, outcomes } = report;
  const doubt = unexplainedDoubt(report);
  return {
    verdict,
    counts,
    subject: `${project.name}${project.version === '' ? '' : ` ${project.version}`}`,
    about: [origin.path, policyPath ?? 'built-in policy', formatDate(now), `${tool.name} ${tool.version}`],
    accepted: outcomes.filter((outcome) => outcome.result === 'inconclusive' && outcome.isAccepted).length,
    ...(changes === undefined ? {} : { changes: changes.length }),
    ...(doubt === undefined ? {} : { doubt }),
  };
}

/** The verdict as one sentence. */
function sentence({ counts, verdict, changes, doubt }: VerdictView): string {
  const what =
    changes === undefined
      ? counted(counts.components, 'package')
      : `${counted(changes, 'change')} among ${counted(counts.components, 'package')}`;
  const waived = counts.waived > 0 ? ` ${counted(counts.waived, 'finding')} ${counts.waived === 1 ? 'is' : 'are'} waived.` : '';
  switch (verdict) {
    case 'fail':
      return `${counted(counts.errors, 'error')} in ${what} must be resolved, or permitted by a person, before these dependencies may be used.${waived}`;
    case 'inconclusive':
      return `Nothing found refuses ${what}, but ${doubt ?? `${counted(counts.inconclusive, 'judgement')} could not be made`}: this is not a pass.${waived}`;
    case 'pass':
      return `${what} may be used: every judgement is proven${counts.inconclusive > 0 ? ', or its absence is accepted by the policy' : ''}.${waived}`;
  }
}

function numbers({ counts, accepted }: VerdictView): Markup {
  const inTotal = accepted === 0 ? '' : ` (${accepted === counts.inconclusive ? 'all' : grouped(accepted)} accepted by the policy)`;
  const entries: readonly (readonly [string, number, string])[] = [
    ['Packages', counts.components, 'plain'],
    ['Errors', counts.errors, 'error'],
    ['Warnings', counts.warnings, 'warning'],
    ['Notes', counts.notes, 'note'],
    ['Waived', counts.waived, 'waived'],
    ['Not verified', counts.inconclusive, 'unverified'],
  ];
  return html`<dl class="numbers">
      ${entries.map(
        ([words, count, level]) =>
          html`<div class="l-${level}${count === 0 ? ' zero' : ''}">
            <dt>${words}</dt>
            <dd>${grouped(count)}</dd>
          </div>`,
      )}
    </dl>
    <p class="sum">
      ${`${grouped(counts.expected)} judgements by ${counts.checks} checks: ${grouped(counts.pass)} passed, ${grouped(counts.fail)} failed, ${grouped(counts.inconclusive)} could not be made${inTotal}, ${grouped(counts.notApplicable)} did not apply.`}
    </p>`;
}
