import { inertLine } from '../../model/inert.ts';
import type { Report } from '../../model/report.ts';
import { licenceGroupOf, licenceGroupWords } from './licence-groups.ts';
import { type Markup, html, jsonForScript } from './markup.ts';
import { type PackageNode, levels } from './package-graph.ts';
import { levelWords } from './treemap.ts';

/** A table of all packages. The page holds compact data; the script draws the rows that are asked for. */
export function packageTable(nodes: readonly PackageNode[], report: Report, id: string): Markup {
  const present = { levels: new Set(nodes.map(({ level }) => level)), groups: new Set(nodes.map(licenceGroupOf)) };
  const scopes = [...new Set(nodes.map(({ component }) => component.scope))].sort();
  return html`<noscript
      ><p>The table needs the script of this page. Findings, pictures and their tables above are complete without it.</p></noscript
    >
    <div class="packages" data-packages hidden>
      <form class="filters" role="search" aria-label="Filter packages">
        <label class="search" for="${id}-q"
          ><span>Search</span
          ><input
            id="${id}-q"
            type="search"
            data-filter="q"
            autocomplete="off"
            spellcheck="false"
            placeholder="name, version, licence, rule"
        /></label>
        <label
          >Finding<select data-filter="level">
            <option value="">any or none</option>
            <option value="finding">any finding</option>
            ${levels.filter((level) => present.levels.has(level)).map((level) => option(level, levelWords[level]))}
          </select></label
        >
        <label
          >Licence<select data-filter="group">
            <option value="">any</option>
            ${[...licenceGroupWords].filter(([group]) => present.groups.has(group)).map(([group, words]) => option(group, words))}
          </select></label
        >
        <label
          >Scope<select data-filter="scope">
            <option value="">any</option>
            ${scopes.map((scope) => option(scope, scope))}${option('direct', 'direct only')}
          </select></label
        >
        <button type="reset" data-reset>Clear</button>
      </form>
      <p class="active" data-active hidden></p>
      <div class="bar">
        <p role="status" data-status></p>
        <div><button type="button" data-export="csv">CSV</button><button type="button" data-export="json">JSON</button></div>
      </div>
      <div class="scroll" tabindex="0" role="group" aria-label="Packages">
        <table>
          <thead>
            <tr>
              ${columns.map(([key, words]) => html`<th scope="col" aria-sort="none" data-column="${key}"><button type="button" data-sort="${key}">${words}</button></th>`)}
            </tr>
          </thead>
          <tbody data-rows></tbody>
        </table>
      </div>
      <nav class="pages" aria-label="Pages of the table">
        <button type="button" data-page="-1">Previous</button><span data-page-text></span><button type="button" data-page="1">Next</button>
      </nav>
    </div>
    <script type="application/json" data-packages-json>
      ${jsonForScript(tableData(nodes, report))}
    </script> `;
}

const columns = [
  ['name', 'Package'],
  ['version', 'Version'],
  ['scope', 'Scope'],
  ['by', 'Brought in by'],
  ['licence', 'Licence'],
  ['age', 'Age'],
  ['level', 'Findings'],
] as const;

function option(value: string, words: string): Markup {
  return html`<option value="${value}">${words}</option>`;
}

/** Words that repeat stand once in a list; rows refer to them by index. */
class Dictionary {
  readonly #indices = new Map<string, number>();

  indexOf(word: string): number {
    const known = this.#indices.get(word);
    if (known !== undefined) return known;
    this.#indices.set(word, this.#indices.size);
    return this.#indices.size - 1;
  }

  get words(): readonly string[] {
    return [...this.#indices.keys()];
  }
}

/**
 * The rows: name, version, scope, brought in by (a label, -1 for shared, -2 for unreached, -3 for direct), licence, group, level,
 * publish time in minutes since the epoch (0 for unknown), rules, and 1 where something could not be verified.
 */
function tableData(nodes: readonly PackageNode[], report: Report): unknown {
  const [scopes, owners, licences, groups, rules] = [
    new Dictionary(),
    new Dictionary(),
    new Dictionary(),
    new Dictionary(),
    new Dictionary(),
  ];
  const ownerOf = ({ isDirect, place }: PackageNode): number => {
    if (isDirect) return -3;
    if (place.kind !== 'within') return place.kind === 'shared' ? -1 : -2;
    return owners.indexOf(inertLine(nodes[place.direct]?.label ?? '', 300));
  };
  const rows = nodes.map((node) => {
    const { component, facts, findings, level, isUnverified } = node;
    return [
      inertLine(component.name, 220),
      inertLine(component.version, 260),
      scopes.indexOf(component.scope),
      ownerOf(node),
      licences.indexOf(inertLine(facts.licence?.text ?? '', 60)),
      groups.indexOf(licenceGroupOf(node)),
      levels.indexOf(level),
      Math.floor((facts.publishedAt ?? 0) / 60_000),
      [...new Set(findings.map(({ rule }) => rule))].map((rule) => rules.indexOf(rule)),
      isUnverified ? 1 : 0,
    ];
  });
  return {
    file: inertLine(report.origin.path, 200),
    project: inertLine(report.project.name, 220),
    now: Math.floor(report.now / 60_000),
    levels,
    levelWords: levels.map((level) => levelWords[level]),
    groupWords: Object.fromEntries(licenceGroupWords),
    scopes: scopes.words,
    owners: owners.words,
    licences: licences.words,
    groups: groups.words,
    rules: rules.words,
    rows,
  };
}
