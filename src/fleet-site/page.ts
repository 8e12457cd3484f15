import { type Child, html, trusted } from '../reporters/html/markup.ts';
import { patterns } from '../reporters/html/patterns.ts';

/**
 * Everything that the site loads lies beside it: `'self'` is its own origin on a server; opened from a disk, a page has no origin and
 * `file:` names files of that disk (Firefox matches no file by `'self'`). Nothing in a page itself may run or style.
 */
export const contentPolicy: string =
  "default-src 'none'; script-src 'self' file:; style-src 'self' file:; img-src data:; base-uri 'none'; form-action 'none'";

export interface PageContent {
  readonly title: string;
  /** Way back to the site's folder: empty for its own pages, `../` one folder down. */
  readonly up: '' | '../';
  /** The page of the navigation that this one is. */
  readonly current?: 'overview' | 'search';
  /** Tool and audit date, for the foot of the page. */
  readonly made: string;
  readonly scripts: readonly string[];
  readonly body: Child;
}

/** One page of the site: head, navigation, body, foot. */
export function sitePage({ title, up, current, made, scripts, body }: PageContent): string {
  const link = (key: PageContent['current'], href: string, words: string): Child =>
    html`<li><a href="${up}${href}" ${key === current ? trusted(' aria-current="page"') : undefined}>${words}</a></li>`;
  return html`${trusted('<!doctype html>')}
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${trusted(contentPolicy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${up}assets/site.css" />
        <title>${title} · Lockgate</title>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>${patterns}
        <nav class="site" aria-label="Site">
          <ul>
            ${link('overview', 'index.html', 'Fleet')} ${link('search', 'search.html', 'Search')}
          </ul>
        </nav>
        <main id="main" tabindex="-1">${body}</main>
        <footer>
          <p>Made by ${made} These pages ask nobody for anything: every script, style and picture lies beside them.</p>
        </footer>
        ${scripts.map((script) => html`<script src="${up}${script}"></script>`)}
      </body>
    </html> `.markup;
}
