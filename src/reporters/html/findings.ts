import type { RuleMeta } from '../../model/check.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import type { Report } from '../../model/report.ts';
import { inertLine } from '../../model/inert.ts';
import { formatDate } from '../../model/units.ts';
import { placeText } from '../finding-lines.ts';
import { plural } from '../summary.ts';
import { explainCommand, pasteable, waiveCommand, whyCommand } from './commands.ts';
import { type Child, type Markup, html } from './markup.ts';
import { pathPicture, wayRow } from './path-picture.ts';
import { createWayFinder } from './ways.ts';

/** Findings of one rule and level that get a card of their own; the rest is named, and the table shows it. */
const cardsPerGroup: Readonly<Record<Severity, number>> = { error: 20, warning: 10, note: 5 };
const cardsInAll = 150;
/** Characters that all pictures of ways may take; after that the shortest way stands there as text. */
const pictureBudget = 250_000;
const namesPerGroup = 60;

/** All findings, grouped by rule and level, worst first; what was waived comes last. */
export function findingsSection(report: Report): Markup {
  const draw = createPathDrawer(report);
  let left = cardsInAll;
  return html`${groupsOf(report.findings).map((group) => {
    const shown = group.findings.slice(0, Math.max(left > 0 ? 1 : 0, Math.min(cardsPerGroup[group.severity], left)));
    left -= shown.length;
    return renderGroup(group, shown, report, draw);
  })}`;
}

interface Group {
  readonly rule: string;
  readonly severity: Severity;
  readonly isWaived: boolean;
  readonly findings: readonly Finding[];
}

function groupsOf(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, Finding[]>();
  const sorted = [...findings.filter(({ waiver }) => waiver === undefined), ...findings.filter(({ waiver }) => waiver !== undefined)];
  for (const finding of sorted) {
    const key = `${finding.waiver === undefined ? '' : 'waived '}${finding.severity} ${finding.rule}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [finding]);
    else known.push(finding);
  }
  return [...groups.values()].flatMap((members) =>
    members.slice(0, 1).map(({ rule, severity, waiver }) => ({ rule, severity, isWaived: waiver !== undefined, findings: members })),
  );
}

function renderGroup(group: Group, shown: readonly Finding[], report: Report, draw: PathDrawer): Markup {
  const meta = report.rules?.get(group.rule);
  const level = group.isWaived ? 'waived' : group.severity;
  const rest = group.findings.slice(shown.length);
  return html`<section class="group l-${level}">
    <header>
      <h3>
        <span class="badge">${group.isWaived ? 'waived' : group.severity}</span> ${meta?.summary ?? group.rule}
        <span class="count">${group.findings.length}</span>
      </h3>
      <p class="rule"><code>${group.rule}</code></p>
      ${meta === undefined ? undefined : html`<p class="why">${meta.why}${meta.incident === undefined ? undefined : html` <span class="incident">${meta.incident}</span>`}</p>`}
    </header>
    ${shown.map((finding, index) => card(finding, meta, report, draw, index === 0 && group.severity === 'error' && !group.isWaived))}
    ${rest.length === 0 ? undefined : restOf(rest, group.rule)}
  </section> `;
}

function restOf(rest: readonly Finding[], rule: string): Markup {
  const names = [...new Set(rest.map(({ subject }) => subject.label))];
  const more = names.length - namesPerGroup;
  return html`<p class="rest">
    ${plural(rest.length, 'more finding')} of this rule:
    ${names.slice(0, namesPerGroup).join(', ')}${more > 0 ? ` and ${plural(more, 'other')}` : ''}.
    <a href="#rule=${encodeURIComponent(rule)}">Show all in the table</a>
  </p>`;
}

function card(finding: Finding, meta: RuleMeta | undefined, report: Report, draw: PathDrawer, isOpen: boolean): Markup {
  const { facts, counterFacts, levelReasons, policy, locations, help, waiver } = finding;
  const [place, ...others] = locations;
  const waive = waiveCommand(finding, meta, report.now);
  const why = whyCommand(finding);
  return html`<details class="card" ${isOpen ? html` open` : undefined}>
    <summary>
      <span class="message">${finding.message}</span
      >${place === undefined ? undefined : html`<span class="place">${placeText(place)}</span>`}
    </summary>
    <div class="body">
      ${evidence([
        ...facts.map(({ label, value }): readonly [string, Child] => [label, value]),
        ...counterFacts.map(({ label, value }): readonly [string, Child] => [`but ${label}`, value]),
        ...levelReasons.map((reason): readonly [string, Child] => ['level', reason]),
        ...(policy === undefined
          ? []
          : [
              [
                'policy',
                `${policy.key}${policy.value === '' ? '' : ` is ${inertLine(policy.value, 100)}`} (${policy.location === undefined ? 'built-in default' : placeText(policy.location)})`,
              ] as const,
            ]),
        ...(others.length === 0
          ? []
          : [
              [
                'also at',
                `${others.slice(0, 5).map(placeText).join(', ')}${others.length > 5 ? ` and ${others.length - 5} more places` : ''}`,
              ] as const,
            ]),
        ...(finding.passesAt === undefined ? [] : [['passes by itself', formatDate(finding.passesAt)] as const]),
      ])}${draw(finding)}${
        waiver === undefined
          ? html`${
              help.length === 0
                ? undefined
                : html`<h4>What to do</h4>
                    <ul class="help">
                      ${help.map((line) => html`<li>${line}</li>`)}
                    </ul>`
            }`
          : html`<p class="waiver">
              Waived by <strong>${waiver.owner}</strong> until ${formatDate(waiver.expires - 1)}: ${waiver.reason}
              <span class="place">${placeText(waiver.location)}</span>
            </p>`
      }
      <div class="pastes">
        ${why === undefined ? undefined : pasteable('Who brings it', why)}${pasteable('Explain', explainCommand(finding.rule))}${
          waiver !== undefined || waive === undefined ? undefined : pasteable('Permit for a while', waive)
        }
      </div>
      ${meta?.isAbsolute === true ? html`<p class="quiet">Nobody can waive this rule.</p>` : undefined}
    </div>
  </details> `;
}

function evidence(entries: readonly (readonly [string, Child])[]): Child {
  if (entries.length === 0) return undefined;
  return html`<dl class="evidence">
    ${entries.map(
      ([label, value]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

type PathDrawer = (finding: Finding) => Child;

/** Draws the ways to a finding's package, as long as the budget lasts. */
function createPathDrawer({ inventory }: Report): PathDrawer {
  const find = inventory === undefined ? undefined : createWayFinder(inventory, 30);
  let left = pictureBudget;
  return ({ subject, path }) => {
    const ways = left > 0 && subject.bomRef !== undefined ? find?.(subject.bomRef) : undefined;
    const picture = ways === undefined ? (path.length > 1 ? wayRow(path) : undefined) : pathPicture(ways);
    left -= picture?.markup.length ?? 0;
    return picture === undefined
      ? undefined
      : html`<h4>How it gets in</h4>
          ${picture}`;
  };
}
