import { grouped } from '../reporters/html/counted.ts';
import { type Markup, html, jsonForScript } from '../reporters/html/markup.ts';
import type { SearchIndex } from './search-index.ts';

export interface SearchInput {
  readonly index: SearchIndex;
  readonly repositories: number;
  readonly packages: number;
  /** Repositories about which the index knows nothing. */
  readonly failed: number;
}

/** The page for the day of an incident: which repositories hold this package, or this version of it. */
export function searchBody({ index, repositories, packages, failed }: SearchInput): Markup {
  return html`<h1 class="overall">Who holds it?</h1>
    <p class="lead">
      ${grouped(packages)} versions in ${grouped(repositories)} repositories. A name, or a name and a version:
      <code>debug</code>, <code>debug@4.4.2</code>, <code>debug@4.x</code>, <code>lodash@&lt;4.17.21</code>,
      <code>chalk@&gt;=5.6.0 &lt;5.6.2</code>; the beginning of a name, or a part of a repository’s name.
    </p>
    ${failed > 0 ? html`<p class="loud">${grouped(failed)} of these repositories could not be audited: what they hold is not known here.</p>` : undefined}
    <noscript><p class="loud">The search needs the scripts of this folder. On the command line: lockgate audit search.</p></noscript>
    <form class="filters who" role="search" aria-label="Packages and repositories" data-who hidden>
      <label class="search" for="who"
        ><span>Package, version or repository</span
        ><input id="who" type="search" autocomplete="off" autocapitalize="off" spellcheck="false" data-who-query
      /></label>
    </form>
    <p role="status" class="bar" data-who-status></p>
    <div data-who-answer></div>
    <script type="application/json" data-who-json>
      ${jsonForScript({ firstNames: index.firstNames, perPart: index.perPart, repositories })}
    </script>`;
}
