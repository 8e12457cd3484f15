import type { RuleMeta } from '../model/check.ts';
import { grouped } from '../reporters/html/counted.ts';
import { type Markup, html } from '../reporters/html/markup.ts';
import type { RuleTally, SharedSubject } from './fleet-tally.ts';

const [rulesShown, sharedShown] = [60, 25];

/** Open findings by rule: how many, in how many repositories. */
export function ruleTable(rules: readonly RuleTally[], meta: ReadonlyMap<string, RuleMeta>): Markup {
  const more = rules.length - rulesShown;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Findings by rule">
      <table class="tally">
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Level</th>
            <th scope="col" class="number">Repositories</th>
            <th scope="col" class="number">Findings</th>
          </tr>
        </thead>
        <tbody>
          ${rules.slice(0, rulesShown).map(
            ({ rule, severity, findings, repositories }) =>
              html`<tr class="l-${severity}">
                <th scope="row">${meta.get(rule)?.summary ?? rule} <code class="quiet">${rule}</code></th>
                <td><span class="badge">${severity}</span></td>
                <td class="number">${grouped(repositories)}</td>
                <td class="number">${grouped(findings)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p class="quiet">and ${more} more rules</p>` : undefined}`;
}

/** The open findings that most repositories share. */
export function sharedTable(shared: readonly SharedSubject[]): Markup {
  const more = shared.length - sharedShown;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Findings that repositories share">
      <table class="tally">
        <thead>
          <tr>
            <th scope="col">Finding</th>
            <th scope="col">Level</th>
            <th scope="col" class="number">Repositories</th>
          </tr>
        </thead>
        <tbody>
          ${shared.slice(0, sharedShown).map(
            ({ rule, severity, subject, message, repositories }) =>
              html`<tr class="l-${severity}">
                <th scope="row">
                  <a href="search.html#${`q=${encodeURIComponent(subject.toWellFormed())}`}">${message}</a>
                  <code class="quiet">${rule}</code>
                </th>
                <td><span class="badge">${severity}</span></td>
                <td class="number">${grouped(repositories)}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p class="quiet">and ${grouped(more)} more</p>` : undefined}`;
}
