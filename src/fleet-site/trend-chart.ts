import { type RepositoryState, repositoryStates } from '../fleet/audit-summary.ts';
import { formatDate } from '../model/units.ts';
import { type Markup, html } from '../reporters/html/markup.ts';
import { shareText } from './repository-cards.ts';
import { type FleetPoint, auditsShown } from './site-source.ts';
import { stateWords } from './state-words.ts';

const [width, height, base, left] = [1120, 210, 176, 44];

/** All repositories over the last audits: one column for each audit, in it their states, worst at the foot. A table says the same. */
export function trendChart(history: readonly FleetPoint[]): Markup {
  const points = history.slice(-auditsShown);
  const most = Math.max(1, ...points.map(({ states }) => total(states)));
  const step = Math.min(110, (width - left) / Math.max(1, points.length));
  return html`<ul class="legend states" aria-label="Colours of states">
      ${repositoryStates.map(
        (state) =>
          html`<li>
            <svg width="14" height="14" aria-hidden="true" class="v-${state}">
              <rect class="fill" width="14" height="14" rx="3" />
              <rect class="texture" width="14" height="14" rx="3" /></svg
            >${stateWords[state]}
          </li>`,
      )}
    </ul>
    <div class="scroll" tabindex="0" role="group" aria-label="Repositories by state over the last audits">
      <svg
        class="trend"
        viewBox="0 0 ${width} ${height}"
        role="img"
        aria-label="Repositories by state in the last ${points.length} audits; the table below says the same"
      >
        ${[0, 0.5, 1].map((part) => html`<line class="grid" x1="${left}" x2="${width}" y1="${y(part)}" y2="${y(part)}" /><text x="${left - 8}" y="${y(part) + 4}" text-anchor="end">${part === 0.5 && most % 2 === 1 ? '' : Math.round(part * most)}</text>`)}
        ${points.map((point, index) => column(point, left + index * step, step, most, isLabelled(index, points.length)))}
      </svg>
    </div>
    <details class="as-text">
      <summary>The same as a table</summary>
      <div class="scroll" tabindex="0" role="group" aria-label="Repositories by state in each audit">
        <table>
          <thead>
            <tr>
              <th scope="col">Audit</th>
              ${repositoryStates.map((state) => html`<th scope="col" class="number">${stateWords[state]}</th>`)}
              <th scope="col" class="number">Errors</th>
              <th scope="col" class="number">Not verified</th>
            </tr>
          </thead>
          <tbody>
            ${points.toReversed().map(row)}
          </tbody>
        </table>
      </div>
    </details>`;
}

function column({ audit, states }: FleetPoint, x: number, step: number, most: number, hasLabel: boolean): Markup {
  let floor = base;
  const parts = repositoryStates.flatMap((state) => {
    const tall = (states[state] / most) * (base - 16);
    floor -= tall;
    return states[state] === 0 ? [] : [part(state, x + 3, floor, Math.max(1, step - 6), tall, states[state])];
  });
  const label = html`<text x="${round(x + step / 2)}" y="${base + 20}" text-anchor="middle">${formatDate(audit.startedAt).slice(5)}</text>`;
  return html`<g><title>${formatDate(audit.startedAt)}</title>${parts}${hasLabel ? label : undefined}</g> `;
}

function part(state: RepositoryState, x: number, top: number, wide: number, tall: number, count: number): Markup {
  const box = { x: round(x), y: round(top), width: round(wide), height: round(Math.max(tall, 1.5)) };
  return html`<g class="v-${state}"
    ><title>${count} ${stateWords[state]}</title
    ><rect class="fill" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" /><rect
      class="texture"
      x="${box.x}"
      y="${box.y}"
      width="${box.width}"
      height="${box.height}"
  /></g>`;
}

function row({ audit, states, errors, judgements, inconclusive }: FleetPoint): Markup {
  return html`<tr>
    <th scope="row">${formatDate(audit.startedAt)}</th>
    ${repositoryStates.map((state) => html`<td class="number">${states[state]}</td>`)}
    <td class="number">${errors}</td>
    <td class="number">${shareText(inconclusive, judgements)}</td>
  </tr> `;
}

/** Some ten labels, the newest always among them. */
function isLabelled(index: number, count: number): boolean {
  return (count - 1 - index) % Math.ceil(count / 10) === 0;
}

function total(states: FleetPoint['states']): number {
  return repositoryStates.reduce((sum, state) => sum + states[state], 0);
}

function y(share: number): number {
  return round(base - share * (base - 16));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
