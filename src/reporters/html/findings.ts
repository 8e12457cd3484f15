import type { RuleMeta } from '../../model/check.ts';
import type { Severity } from '../../model/finding.ts';
import type { Report } from '../../model/report.ts';
import { plural } from '../summary.ts';
import { createCardWriter } from './finding-card.ts';
import { type Markup, html } from './markup.ts';

/** Findings of one rule and level that get a card of their own; the rest is named, and the table shows it. */
const cardsPerGroup: Readonly<Record<Severity, number>> = { error: 20, warning: 10, note: 5 };
const cardsInAll = 150;
const namesPerGroup = 60;

/** What the grouping needs to know of a finding. */
interface Groupable {
  readonly rule: string;
  readonly severity: Severity;
  readonly waiver?: unknown;
}

/** How findings of one kind are written. */
export interface FindingWriter<F extends Groupable> {
  readonly writeCard: (finding: F, isOpen: boolean) => Markup;
  readonly nameOf: (finding: F) => string;
  readonly rules: ReadonlyMap<string, RuleMeta> | undefined;
}

/** All findings of a report, grouped by rule and level, worst first; what was waived comes last. */
export function findingsSection(report: Report): Markup {
  return findingGroups(report.findings, {
    writeCard: createCardWriter(report),
    nameOf: ({ subject }) => subject.label,
    rules: report.rules,
  });
}

/** Findings that are sorted, in groups of one rule and level; what was waived comes last. */
export function findingGroups<F extends Groupable>(findings: readonly F[], writer: FindingWriter<F>): Markup {
  let left = cardsInAll;
  const sections = groupsOf(findings).map((group) => {
    const count = Math.min(cardsPerGroup[group.severity], left);
    left -= count;
    const isFirstOpen = group.severity === 'error' && !group.isWaived;
    const cards = group.findings.slice(0, count).map((finding, index) => writer.writeCard(finding, isFirstOpen && index === 0));
    return renderGroup(group, cards, writer);
  });
  return html`${sections}`;
}

interface Group<F> {
  readonly rule: string;
  readonly severity: Severity;
  readonly isWaived: boolean;
  readonly findings: readonly F[];
}

function groupsOf<F extends Groupable>(findings: readonly F[]): readonly Group<F>[] {
  const groups = new Map<string, Group<F> & { readonly findings: F[] }>();
  const sorted = [...findings.filter(({ waiver }) => waiver === undefined), ...findings.filter(({ waiver }) => waiver !== undefined)];
  for (const finding of sorted) {
    const { rule, severity, waiver } = finding;
    const isWaived = waiver !== undefined;
    const key = `${isWaived ? 'waived ' : ''}${severity} ${rule}`;
    const group = groups.get(key) ?? { rule, severity, isWaived, findings: [] };
    group.findings.push(finding);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function renderGroup<F extends Groupable>(
  { rule, severity, isWaived, findings }: Group<F>,
  cards: readonly Markup[],
  { rules, nameOf }: FindingWriter<F>,
): Markup {
  const meta = rules?.get(rule);
  const level = isWaived ? 'waived' : severity;
  const incident = meta?.incident === undefined ? undefined : html` <span class="incident">${meta.incident}</span>`;
  const rest = findings.slice(cards.length);
  return html`<section class="group l-${level}">
    <header>
      <h3>
        <span class="badge">${level}</span> ${meta?.summary ?? rule}
        <span class="count">${findings.length}</span>
      </h3>
      <p class="rule"><code>${rule}</code></p>
      ${meta === undefined ? undefined : html`<p class="why">${meta.why}${incident}</p>`}
    </header>
    ${cards}${rest.length === 0 ? undefined : restOf(rest.map(nameOf), rule)}
  </section> `;
}

function restOf(rest: readonly string[], rule: string): Markup {
  const names = [...new Set(rest)];
  const more = names.length - namesPerGroup;
  return html`<p class="rest">
    ${plural(rest.length, 'more finding')} of this rule:
    ${names.slice(0, namesPerGroup).join(', ')}${more > 0 ? ` and ${plural(more, 'other')}` : ''}.
    <a href="#rule=${encodeURIComponent(rule.toWellFormed())}">Show all in the table</a>
  </p>`;
}
