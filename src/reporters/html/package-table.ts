import { inertLine } from '../../model/inert.ts';
import type { PackageFacts } from '../../model/package-facts.ts';
import { licenceGroupOf, licenceGroupWords } from './licence-groups.ts';
import { type Markup, html, jsonForScript } from './markup.ts';
import { type Level, levels } from './package-graph.ts';
import { levelWords } from './treemap.ts';

/** One row: an installed copy. */
export interface PackageRow {
  readonly name: string;
  readonly version: string;
  readonly scope: string;
  /** How it comes in. */
  readonly way: { readonly kind: 'direct' | 'shared' | 'unreached' } | { readonly kind: 'by'; readonly text: string };
  readonly facts: PackageFacts;
  readonly level: Level;
  readonly rules: readonly string[];
  readonly isUnverified: boolean;
}

/** What is said about all rows together. */
export interface PackageTableAbout {
  /** Of the article that the table is in. */
  readonly id: string;
  readonly file: string;
  readonly project: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly wayTitle: string;
}

/** A table of all packages. The page holds compact data; the script draws the rows that are asked for. */
export function packageTable(rows: readonly PackageRow[], about: PackageTableAbout): Markup {
  const { id, wayTitle } = about;
  const present = { levels: new Set(rows.map(({ level }) => level)), groups: new Set(rows.map(({ facts }) => licenceGroupOf(facts))) };
  const scopes = [...new Set(rows.map(({ scope }) => scope))].sort();
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
              ${columns(wayTitle).map(([key, words]) => html`<th scope="col" aria-sort="none" data-column="${key}"><button type="button" data-sort="${key}">${words}</button></th>`)}
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
      ${jsonForScript(tableData(rows, about))}
    </script> `;
}

function columns(wayTitle: string): readonly (readonly [string, string])[] {
  return [
    ['name', 'Package'],
    ['version', 'Version'],
    ['scope', 'Scope'],
    ['by', wayTitle],
    ['licence', 'Licence'],
    ['age', 'Age'],
    ['level', 'Findings'],
  ];
}

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
function tableData(packages: readonly PackageRow[], { file, project, now }: PackageTableAbout): unknown {
  const [scopes, owners, licences, groups, rules] = [
    new Dictionary(),
    new Dictionary(),
    new Dictionary(),
    new Dictionary(),
    new Dictionary(),
  ];
  const rows = packages.map((row) => [
    inertLine(row.name, 220),
    inertLine(row.version, 260),
    scopes.indexOf(row.scope),
    row.way.kind === 'by' ? owners.indexOf(inertLine(row.way.text, 300)) : wayCodes[row.way.kind],
    licences.indexOf(inertLine(row.facts.licence?.text ?? '', 60)),
    groups.indexOf(licenceGroupOf(row.facts)),
    levels.indexOf(row.level),
    Math.floor((row.facts.publishedAt ?? 0) / 60_000),
    row.rules.map((rule) => rules.indexOf(rule)),
    row.isUnverified ? 1 : 0,
  ]);
  return {
    file: inertLine(file, 200),
    project: inertLine(project, 220),
    now: Math.floor(now / 60_000),
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

const wayCodes = { shared: -1, unreached: -2, direct: -3 } as const;
