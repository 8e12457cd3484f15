import type { Change } from '../../model/change.ts';
import { labelOf } from '../../model/component.ts';
import { type Markup, html } from './markup.ts';

const most = 500;

/** What a change adds, removes and replaces. */
export function changesSection(changes: readonly Change[]): Markup {
  if (changes.length === 0) return html`<p>No package changed.</p>`;
  const more = changes.length - most;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Changed packages">
      <table>
        <thead>
          <tr>
            <th scope="col">Change</th>
            <th scope="col">Before</th>
            <th scope="col">After</th>
          </tr>
        </thead>
        <tbody>
          ${changes.slice(0, most).map(
            (change) =>
              html`<tr>
                <th scope="row">${change.type}</th>
                <td>${change.type === 'added' ? '' : labelOf(change.before)}</td>
                <td>${change.type === 'removed' ? '' : labelOf(change.after)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p class="quiet">and ${more} more</p>` : undefined}`;
}
