import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import semver from 'semver';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { htmlReport } from '../../src/reporters/html.ts';
import { hostileReport, pageReport } from '../reporters/html/page-report.ts';
import { type Opened, accessibilityFaults, launchChromium, openEverything, openPage, whyNoBrowser } from './chromium.ts';

// Skips must be seen: this is the one line that says why.
if (whyNoBrowser !== undefined) process.stdout.write(`skipped: ${whyNoBrowser}\n`);

describe.skipIf(whyNoBrowser !== undefined)(`the HTML report in a browser${whyNoBrowser === undefined ? '' : ` (${whyNoBrowser})`}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  }, 60_000);
  afterAll(() => browser.close());
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  function open(
    reports: readonly Report[],
    { hash = '', ...options }: BrowserContextOptions & { readonly hash?: string } = {},
  ): Promise<Opened> {
    const file = join(mkdtempSync(join(tmpdir(), 'lockgate-html-')), 'report.html');
    writeFileSync(file, htmlReport.renderAll?.(reports, { isColoured: false, width: 0, isExpanded: true }) ?? '');
    return openPage(browser, `${pathToFileURL(file).href}${hash}`, options);
  }

  const rowNames = (page: Page): Promise<readonly string[]> => page.locator('[data-rows] th').allTextContents();
  const status = (page: Page): Promise<string | null> => page.locator('[data-status]').textContent();

  it('asks for nothing but itself and complains about nothing', async () => {
    const { page, requests, problems } = await open([pageReport(400)]);
    await page.waitForLoadState('networkidle');
    expect(requests.filter((url) => !url.startsWith('data:'))).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it('shows all packages in pages, and one after a search, with the state in the address', async () => {
    const { page, problems } = await open([pageReport(400)]);
    expect(await status(page)).toBe('400 packages, showing 1 to 50');
    await page.getByRole('searchbox').fill('package-123');
    expect(await rowNames(page)).toEqual(['@team/package-123']);
    expect(page.url()).toContain('#q=package-123');
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await status(page)).toBe('400 packages, showing 1 to 50');
    expect(page.url()).not.toContain('#');
    await page.getByRole('button', { name: 'Next' }).click();
    expect(await status(page)).toBe('400 packages, showing 51 to 100');
    expect(problems).toEqual([]);
  });

  it('comes back to the state that an address holds', async () => {
    const { page } = await open([pageReport(400)], { hash: '#level=error&sort=-name&colour=group' });
    const names = await rowNames(page);
    expect(names).toEqual([...names].sort().toReversed());
    expect(names).toHaveLength(3);
    expect(await page.locator('[data-filter=level]').inputValue()).toBe('error');
    expect(await page.getByRole('radio', { name: 'Licence' }).isChecked()).toBe(true);
    expect(await page.locator('[data-column=name]').getAttribute('aria-sort')).toBe('descending');
  });

  it('takes an address with nonsense in it for what it can be', async () => {
    const { page, problems } = await open([pageReport(60)], { hash: '#sort=__proto__&page=-7&level=<b>&q=%00%ff&colour=constructor' });
    expect(await status(page)).toBe('No package matches');
    await page.getByRole('button', { name: 'Clear' }).click();
    expect(await status(page)).toBe('60 packages, showing 1 to 50');
    expect(problems).toEqual([]);
  });

  it('sorts by a column, and the other way at the second press', async () => {
    const { page } = await open([pageReport(60)]);
    const press = (name: string): Promise<void> => page.locator('thead').getByRole('button', { name, exact: true }).click();
    await press('Version');
    const versions = await page.locator('[data-rows] td:nth-child(2)').allTextContents();
    expect(versions).toEqual(semver.sort([...versions]));
    expect(versions.some((version) => version.startsWith('1.10.'))).toBe(true);
    await press('Version');
    expect((await page.locator('[data-rows] td:nth-child(2)').allTextContents())[0]).toMatch(/^7\./);
    await press('Age');
    expect(await page.locator('[data-rows] td:nth-child(6)').first().textContent()).toBe('5 hours');
  });

  it('exports what is shown, and nothing that a spreadsheet would run', async () => {
    const { page } = await open([hostileReport()]);
    const exported = async (name: string): Promise<string> => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      return readFileSync(await download.path(), 'utf8');
    };
    const csv = await exported('CSV');
    expect(csv).toContain('"name","version"');
    expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
    expect(csv).toContain(`"\\u{202e}gnp.evil\\u{7}"`);
    await page.getByRole('searchbox').fill('__proto__');
    expect(JSON.parse(await exported('JSON'))).toMatchObject([
      { name: '__proto__', version: '1.0.0', direct: true, rules: ['release-age/too-new'], level: 'error' },
    ]);
  });

  it('goes from a picture’s text, a rule or a block of the map to the rows behind it', async () => {
    const { page } = await open([pageReport(400)]);
    await page.locator('.map .wide g[data-block="@team/package-5@6.5.0"] > .block').click({ position: { x: 3, y: 3 } });
    expect(page.url()).toContain('by=%40team%2Fpackage-5%406.5.0');
    const rows = await page.locator('[data-rows] tr').count();
    expect(rows).toBeGreaterThan(1);
    expect(await page.locator('[data-active]').textContent()).toBe('Only: brought in by @team/package-5@6.5.0');
    expect(await page.evaluate('document.activeElement.id')).toBe('r0-packages-title');
  });

  it('can be used with the keyboard alone', async () => {
    const { page } = await open([pageReport(100)]);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the report');
    const reached = new Set<string>();
    for (let press = 0; press < 120; press += 1) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate<string>('document.activeElement.tagName.toLowerCase()'));
      if (await page.evaluate<boolean>(`document.activeElement.matches('[data-page="1"]')`)) break;
    }
    expect([...reached]).toEqual(expect.arrayContaining(['a', 'input', 'summary', 'button', 'select']));
    await page.keyboard.press('Enter');
    expect(await status(page)).toBe('100 packages, showing 51 to 100');
    await page.locator('[data-colour][value=level]').focus();
    await page.keyboard.press('ArrowRight');
    expect(page.url()).toContain('colour=group');
  });

  for (const [look, options] of [
    ['in light', { colorScheme: 'light' }],
    ['in dark', { colorScheme: 'dark' }],
    ['on a phone', { viewport: { width: 390, height: 800 } }],
  ] as const)
    it(`has no accessibility fault that axe finds ${look}`, async () => {
      const { page } = await open([pageReport(400)], options);
      await openEverything(page);
      expect(await accessibilityFaults(page)).toEqual([]);
    }, 60_000);

  it('leaves hostile names, licences and messages what they are: text', async () => {
    const { page, requests, problems } = await open([hostileReport()]);
    await openEverything(page);
    await page.getByRole('searchbox').fill('script');
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.locator('img, iframe, object, embed').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    expect(await rowNames(page)).toContain('</script><script>window.hacked=1</script>');
    expect(await page.title()).toContain('</title><script>');
    expect(requests.filter((url) => !url.startsWith('data:'))).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it('follows the reader’s wish for dark, and prints dark on white with everything open', async () => {
    const dark = await open([pageReport(100)], { colorScheme: 'dark' });
    const colour = (page: Page): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(await colour(dark.page)).toBe('rgb(20, 23, 26)');
    await dark.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await colour(dark.page)).toBe('rgb(255, 255, 255)');
    expect(await dark.page.locator('.filters').isVisible()).toBe(false);
    expect(await dark.page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(28, 33, 39)');
    await dark.page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await dark.page.locator('details:not([open])').count()).toBe(0);
  });

  it('fits a phone without scrolling sideways', async () => {
    const { page } = await open([pageReport(400)], { viewport: { width: 360, height: 700 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await page.locator('.map .narrow').isVisible()).toBe(true);
    expect(await page.locator('.map .wide').isVisible()).toBe(false);
  });

  it('keeps the tables of several lockfiles apart', async () => {
    const { page } = await open([pageReport(30), pageReport(40)]);
    await page.getByRole('searchbox').nth(1).fill('package-3');
    expect(await page.locator('[data-status]').allTextContents()).toEqual([
      '30 packages, showing 1 to 30',
      '11 of 40 packages, showing 1 to 11',
    ]);
    expect(page.url()).toContain('#r1.q=package-3');
  });
});
