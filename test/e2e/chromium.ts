import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Why pages are not tried in a browser here; undefined where they are. */
export const whyNoBrowser: string | undefined =
  executablePath === undefined ? 'no Chromium is installed here: pages are not tried in a browser' : undefined;

/** A page in the browser, with everything that it asked for or complained about. */
export interface Opened {
  readonly page: Page;
  readonly requests: readonly string[];
  readonly problems: readonly string[];
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/** Opens an address in a context of its own that has no network. */
export async function openPage(browser: Browser, address: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const [requests, problems]: [string[], string[]] = [[], []];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(address);
  return { page, requests, problems };
}

/**
 * What axe finds wrong by the rules of WCAG A and AA and its own good practice. Only what fails is reported: what axe cannot decide
 * alone, such as text over a pattern, was looked at.
 */
export async function accessibilityFaults(page: Page): Promise<unknown> {
  await page.evaluate(axe.source);
  return page.evaluate<unknown>(
    `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
      .then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.slice(0, 3).map(({ html }) => html.slice(0, 160))]))`,
  );
}

/** Opens every fold: with everything open there is more to find fault with. */
export function openEverything(page: Page): Promise<unknown> {
  return page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))");
}
