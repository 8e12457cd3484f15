import type { PackageFacts } from '../../model/package-facts.ts';
import { plural } from '../summary.ts';
import { type Markup, html } from './markup.ts';
import { licenceGroupOf, licenceGroupWords } from './licence-groups.ts';

const width = 240;
const licencesPerGroup = 8;

/** How many packages are under licences of each category, with the licences behind it. Without `hasTable` no category leads to its rows. */
export function licenceBars(packages: readonly PackageFacts[], { hasTable }: { readonly hasTable: boolean }): Markup {
  const groups = new Map<string, Map<string, number>>();
  for (const facts of packages) {
    const group = licenceGroupOf(facts);
    const licences = groups.get(group) ?? new Map<string, number>();
    const text = facts.licence?.text ?? '';
    groups.set(group, licences.set(text, (licences.get(text) ?? 0) + 1));
  }
  const rows = [...licenceGroupWords].flatMap(([group, words]) => {
    const licences = groups.get(group);
    return licences === undefined ? [] : [{ group, words, licences, count: sum(licences.values()) }];
  });
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Licences by category">
    <table class="bars">
      <thead>
        <tr>
          <th scope="col">Category</th>
          <th scope="col" class="number">Packages</th>
          <th scope="col"><span class="unseen">Share</span></th>
          <th scope="col">Licences</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ group, words, licences, count }) =>
            html`<tr class="c-${group}">
              <th scope="row">${hasTable ? html`<a href="#group=${group}">${words}</a>` : words}</th>
              <td class="number">${count}</td>
              <td>
                <svg width="${width}" height="14" viewBox="0 0 ${width} 14" aria-hidden="true">
                  <rect class="track" width="${width}" height="14" rx="3" />
                  <rect class="fill" width="${barWidth(count, most)}" height="14" rx="3" />
                  <rect class="texture" width="${barWidth(count, most)}" height="14" rx="3" />
                </svg>
              </td>
              <td>${listed(licences)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

function barWidth(count: number, most: number): number {
  return Math.max(3, Math.round((count / most) * width));
}

function listed(licences: ReadonlyMap<string, number>): string {
  const sorted = [...licences].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const shown = sorted
    .slice(0, licencesPerGroup)
    .map(([licence, count]) => `${licence === '' ? 'none known' : licence.slice(0, 60)} ${count}`);
  return `${shown.join(', ')}${sorted.length > licencesPerGroup ? ` and ${plural(sorted.length - licencesPerGroup, 'other')}` : ''}`;
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}
