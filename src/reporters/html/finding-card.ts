import type { RuleMeta } from '../../model/check.ts';
import type { BomRef } from '../../model/component.ts';
import type { Finding } from '../../model/finding.ts';
import { inertLine } from '../../model/inert.ts';
import { ownComponents } from '../../model/inventory.ts';
import type { Report } from '../../model/report.ts';
import { formatDate } from '../../model/units.ts';
import { placeText } from '../finding-lines.ts';
import { explainCommand, pasteable, waiveCommand, whyCommand } from './commands.ts';
import { fixSnippet } from './fix-snippet.ts';
import { type Child, type Markup, html } from './markup.ts';
import { pathPicture, wayRow } from './path-picture.ts';
import { createWayFinder } from './ways.ts';

/** Characters that all pictures of ways may take; after that the shortest way stands there as text. */
const pictureBudget = 250_000;
const packagesInPicture = 30;
const placesShown = 5;

/** Writes the cards of one report: what was found, why, how the package gets in, what to do, what to paste. */
export function createCardWriter(report: Report): (finding: Finding, isOpen: boolean) => Markup {
  const draw = createPathDrawer(report);
  const direct = directRefs(report);
  return (finding, isOpen) => {
    const meta = report.rules?.get(finding.rule);
    const isDirect = finding.subject.bomRef !== undefined && direct.has(finding.subject.bomRef);
    const [place] = finding.locations;
    return html`<details class="card" ${isOpen ? html` open` : undefined}>
      <summary>
        <span class="message">${finding.message}</span>
        ${place === undefined ? undefined : html`<span class="place">${placeText(place)}</span>`}
      </summary>
      <div class="body">
        ${evidence(finding)}${draw(finding)}${wayOut(finding)}
        <div class="pastes">${pasteables(finding, meta, report, isDirect)}</div>
        ${meta?.isAbsolute === true ? html`<p class="quiet">Nobody can waive this rule.</p>` : undefined}
      </div>
    </details> `;
  };
}

function evidence({ facts, counterFacts, levelReasons, policy, locations, passesAt }: Finding): Child {
  const [, ...others] = locations;
  const more = others.length > placesShown ? ` and ${others.length - placesShown} more places` : '';
  const entries: readonly (readonly [string, string])[] = [
    ...facts.map(({ label, value }) => [label, value] as const),
    ...counterFacts.map(({ label, value }) => [`but ${label}`, value] as const),
    ...levelReasons.map((reason) => ['level', reason] as const),
    ...(policy === undefined ? [] : [['policy', policyText(policy)] as const]),
    ...(others.length === 0 ? [] : [['also at', `${others.slice(0, placesShown).map(placeText).join(', ')}${more}`] as const]),
    ...(passesAt === undefined ? [] : [['passes by itself', formatDate(passesAt)] as const]),
  ];
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

function policyText({ key, value, location }: NonNullable<Finding['policy']>): string {
  return `${key}${value === '' ? '' : ` is ${inertLine(value, 100)}`} (${location === undefined ? 'built-in default' : placeText(location)})`;
}

/** What to do; for a waived finding who allowed it, why, and until when. */
function wayOut({ help, waiver }: Finding): Child {
  if (waiver !== undefined)
    return html`<p class="waiver">
      Waived by <strong>${waiver.owner}</strong> until ${formatDate(waiver.expires - 1)}: ${waiver.reason}
      <span class="place">${placeText(waiver.location)}</span>
    </p>`;
  if (help.length === 0) return undefined;
  return html`<h4>What to do</h4>
    <ul class="help">
      ${help.map((line) => html`<li>${line}</li>`)}
    </ul>`;
}

function pasteables(finding: Finding, meta: RuleMeta | undefined, report: Report, isDirect: boolean): readonly Child[] {
  const isOpen = finding.waiver === undefined;
  const fix = isOpen ? fixSnippet(finding, report.origin.format, isDirect) : undefined;
  const waive = isOpen ? waiveCommand(finding, meta, report.now) : undefined;
  const why = whyCommand(finding);
  return [
    fix === undefined ? undefined : pasteable(fix.label, fix.text),
    why === undefined ? undefined : pasteable('Who brings it', why),
    pasteable('Explain', explainCommand(finding.rule)),
    waive === undefined ? undefined : pasteable('Permit for a while', waive),
  ];
}

/** Draws the ways to a finding's package, as long as the budget lasts. */
function createPathDrawer({ inventory }: Report): (finding: Finding) => Child {
  const find = inventory === undefined ? undefined : createWayFinder(inventory, packagesInPicture);
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

function directRefs({ inventory }: Report): ReadonlySet<BomRef> {
  if (inventory === undefined) return new Set();
  return new Set(ownComponents(inventory).flatMap(({ bomRef }) => (inventory.edges.get(bomRef) ?? []).map(({ to }) => to)));
}
