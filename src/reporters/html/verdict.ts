import type { Report, Verdict } from '../../model/report.ts';
import { formatDate } from '../../model/units.ts';
import { unexplainedDoubt } from '../summary.ts';
import { type Markup, html, trusted } from './markup.ts';

const titles: Readonly<Record<Verdict, string>> = { pass: 'Pass', fail: 'Fail', inconclusive: 'Inconclusive' };

/** A mark for each verdict that does not need its colour. */
const marks: Readonly<Record<Verdict, string>> = {
  pass: '<path d="M14 25l7 7 14-15"/>',
  fail: '<path d="M16 16l16 16M32 16L16 32"/>',
  inconclusive: '<path d="M18.5 18.5a5.5 5.5 0 1 1 8.2 4.8c-1.8 1-2.7 2-2.7 4M24 33.2v.1"/>',
};

/** The verdict in one word and one sentence, and the numbers that it rests on. */
export function verdictHeader(report: Report, heading: 'h1' | 'h2'): Markup {
  const { verdict, project, origin, tool, now, policyPath } = report;
  const open = trusted(`<${heading}>`);
  const close = trusted(`</${heading}>`);
  return html`<header class="verdict v-${verdict}">
      <svg class="mark" viewBox="0 0 48 48" width="64" height="64" aria-hidden="true">
        <circle cx="24" cy="24" r="22" />
        ${trusted(marks[verdict])}
      </svg>
      <div>
        <p class="about">
          <strong>${project.name}${project.version === '' ? '' : ` ${project.version}`}</strong> <span>${origin.path}</span>
          <span>${policyPath ?? 'built-in policy'}</span> <span>${formatDate(now)}</span> <span>${tool.name} ${tool.version}</span>
        </p>
        ${open}${titles[verdict]}${close}
        <p class="sentence">${sentence(report)}</p>
      </div>
    </header>
    ${numbers(report)}`;
}

/** The verdict as one sentence. */
export function sentence(report: Report): string {
  const { counts, verdict, changes } = report;
  const what =
    changes === undefined
      ? counted(counts.components, 'package')
      : `${counted(changes.length, 'change')} among ${counted(counts.components, 'package')}`;
  const waived = counts.waived > 0 ? ` ${counted(counts.waived, 'finding')} ${counts.waived === 1 ? 'is' : 'are'} waived.` : '';
  switch (verdict) {
    case 'fail':
      return `${counted(counts.errors, 'error')} in ${what} must be resolved, or permitted by a person, before these dependencies may be used.${waived}`;
    case 'inconclusive':
      return `Nothing found refuses ${what}, but ${unexplainedDoubt(report) ?? `${counted(counts.inconclusive, 'judgement')} could not be made`}: this is not a pass.${waived}`;
    case 'pass':
      return `${what} may be used: every judgement is proven${counts.inconclusive > 0 ? ', or its absence is accepted by the policy' : ''}.${waived}`;
  }
}

function numbers({ counts, outcomes }: Report): Markup {
  const accepted = outcomes.filter((outcome) => outcome.result === 'inconclusive' && outcome.isAccepted).length;
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

/** `1,241 packages`. */
function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** 34,753: the same on every machine. */
function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}
