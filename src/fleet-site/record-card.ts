import type { FindingRecord } from '../fleet/audit-record.ts';
import type { RuleMeta } from '../model/check.ts';
import { inertLine } from '../model/inert.ts';
import { formatDate } from '../model/units.ts';
import { explainCommand, pasteable, whyCommandFor } from '../reporters/html/commands.ts';
import { type Child, type Markup, html } from '../reporters/html/markup.ts';
import { wayRow } from '../reporters/html/path-picture.ts';

/** One stored finding: what was found, how the package gets in, what to do, what to paste. */
export function recordCard(finding: FindingRecord, meta: RuleMeta | undefined, isOpen: boolean): Markup {
  const { message, path, subject, rule } = finding;
  const why = path.length > 1 ? whyCommandFor(subject) : undefined;
  return html`<details class="card" ${isOpen ? html` open` : undefined}>
    <summary><span class="message">${inertLine(message, 300)}</span> <span class="place">${inertLine(subject, 200)}</span></summary>
    <div class="body">
      ${
        path.length > 1
          ? html`<h4>How it gets in</h4>
              ${wayRow(shortened(path))}`
          : undefined
      }${wayOut(finding)}
      <div class="pastes">
        ${why === undefined ? undefined : pasteable('Who brings it', why)}${pasteable('Explain', explainCommand(rule))}
      </div>
      ${meta?.isAbsolute === true ? html`<p class="quiet">Nobody can waive this rule.</p>` : undefined}
    </div>
  </details> `;
}

function wayOut({ help, waiver }: FindingRecord): Child {
  if (waiver !== undefined)
    return html`<p class="waiver">Waived by <strong>${waiver.owner}</strong> until ${formatDate(waiver.expires - 1)}: ${waiver.reason}</p>`;
  if (help.length === 0) return undefined;
  return html`<h4>What to do</h4>
    <ul class="help">
      ${help.slice(0, 4).map((line) => html`<li>${inertLine(line, 240)}</li>`)}
    </ul>`;
}

/** 150 cards with such ways keep a page below a megabyte, whatever names are in them. */
const [stepsShown, longestStep] = [12, 100];

/** A long way keeps its beginning and its end. */
function shortened(path: readonly string[]): readonly string[] {
  const steps = path.length <= stepsShown ? path : [...path.slice(0, stepsShown - 3), '…', ...path.slice(-2)];
  return steps.map((step) => inertLine(step, longestStep));
}
