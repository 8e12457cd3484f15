import { createHash } from 'node:crypto';
import type { Report } from '../model/report.ts';
import { ageHistogram } from './html/age-histogram.ts';
import { changesSection } from './html/changes.ts';
import { findingsSection } from './html/findings.ts';
import { licenceBars } from './html/licence-bars.ts';
import { type Markup, html, trusted } from './html/markup.ts';
import { packageNodes } from './html/package-graph.ts';
import { packageRows } from './html/package-rows.ts';
import { packageTable } from './html/package-table.ts';
import { patterns } from './html/patterns.ts';
import { script } from './html/script.ts';
import { style } from './html/style.ts';
import { treemap } from './html/treemap.ts';
import { unverifiedSection } from './html/unverified.ts';
import { verdictHeader, verdictViewOf } from './html/verdict.ts';
import type { Reporter } from './reporter.ts';
import { verdictWords, worstVerdict } from './summary.ts';

/** One page for people: verdict, map, findings, licences, ages, and a table of everything. One file, no request, no framework. */
export const htmlReport: Reporter = {
  id: 'html',
  summary: 'One page to look at: map, findings, licences, ages, all packages',
  render: (report) => page([report]),
  renderAll: (reports) => page(reports),
};

function page(reports: readonly Report[]): string {
  const title = `${verdictWords[worstVerdict(reports)]}: ${reports.map(({ project }) => project.name).join(', ')}`;
  return html`${trusted('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; img-src data:; base-uri 'none'; form-action 'none'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${title} · Lockgate</title>
        ${trusted(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the report</a>${patterns}
        <main id="main" tabindex="-1">
          ${reports.length > 1 ? overview(reports) : undefined}${reports.map((report, index) => article(report, index, reports.length > 1))}
        </main>
        <footer>
          <p>
            Made by Lockgate ${reports[0]?.tool.version}. This file asks nobody for anything: no script, style, font or picture comes from
            elsewhere.
          </p>
        </footer>
        ${trusted(`<script>${script}</script>`)}
      </body>
    </html> `.markup;
}

function overview(reports: readonly Report[]): Markup {
  return html`<h1 class="overall">${reports.length} lockfiles</h1>
    <ul class="lockfiles">
      ${reports.map(
        ({ verdict, origin }, index) =>
          html`<li><a href="#r${index}">${origin.path}</a> <span class="badge v-${verdict}">${verdictWords[verdict]}</span></li>`,
      )}
    </ul>`;
}

function article(report: Report, index: number, isOneOfMany: boolean): Markup {
  const id = `r${index}`;
  const nodes = packageNodes(report);
  const loud = report.notes.filter(isLoud);
  const sections = [
    ...(report.changes === undefined ? [] : [{ key: 'changes', title: 'What changed', body: changesSection(report.changes) }]),
    ...(nodes.length === 0
      ? []
      : [
          {
            key: 'map',
            title: 'What each dependency brings in',
            lead: 'Every package once, inside the direct dependency that alone brings it in: what you would be rid of without it. Area is the number of packages.',
            body: treemap(nodes, id),
          },
        ]),
    {
      key: 'findings',
      title: 'Findings',
      body: report.findings.length === 0 ? html`<p>Nothing stands against these packages.</p>` : findingsSection(report),
    },
    ...[unverifiedSection(report)].flatMap((body) =>
      body === undefined
        ? []
        : [{ key: 'unverified', title: 'What could not be verified', lead: 'Missing evidence is never counted as a pass.', body }],
    ),
    ...(nodes.length === 0
      ? []
      : [
          {
            key: 'licences',
            title: 'Licences',
            lead: 'As declared; of a choice the mildest counts, of licences that hold together the strictest.',
            body: licenceBars(
              nodes.map(({ facts }) => facts),
              { hasTable: true },
            ),
          },
          {
            key: 'ages',
            title: 'Age of the versions in use',
            body: ageHistogram(
              nodes.map(({ facts }) => facts),
              report.now,
              report.ageLimits,
            ),
          },
          {
            key: 'packages',
            title: 'All packages',
            body: packageTable(packageRows(nodes), {
              id,
              file: report.origin.path,
              project: report.project.name,
              now: report.now,
              wayTitle: 'Brought in by',
            }),
          },
        ]),
    ...(report.notes.length === 0
      ? []
      : [
          {
            key: 'notes',
            title: 'Notes',
            body: html`<ul class="notes">
              ${report.notes.map((note) => html`<li>${note}</li>`)}
            </ul>`,
          },
        ]),
  ];
  return html`<article id="${id}" data-report="${index}">
    ${loud.map((note) => html`<p class="loud">${note}</p>`)} ${verdictHeader(verdictViewOf(report), isOneOfMany ? 'h2' : 'h1')}
    <nav class="contents" aria-label="Sections${isOneOfMany ? ` of ${report.origin.path}` : ''}">
      <ul>
        ${sections.map(({ key, title }) => html`<li><a href="#${id}-${key}">${title}</a></li>`)}
      </ul>
    </nav>
    ${sections.map(
      ({ key, title, body, ...rest }) =>
        html`<section class="part" id="${id}-${key}" aria-labelledby="${id}-${key}-title">
          <h2 id="${id}-${key}-title" tabindex="-1">${title}</h2>
          ${'lead' in rest ? html`<p class="lead">${rest.lead}</p>` : undefined} ${body}
        </section> `,
    )}
  </article> `;
}

/** Notes that every reader must see first: nothing decided, or a person let something through. */
function isLoud(note: string): boolean {
  return /^(?:OBSERVING|ALLOWED ONCE)\b/.test(note);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
