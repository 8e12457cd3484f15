import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { renderSite } from '../../src/fleet-site/render-site.ts';
import type { SiteSource } from '../../src/fleet-site/site-source.ts';
import { slugOf } from '../../src/fleet-site/slug.ts';
import { writeSite } from '../../src/platform/site-folder.ts';
import { fleet, hostileFleet, packageOf, recordOf } from '../fleet-site/fleet.ts';
import { type Opened, accessibilityFaults, launchChromium, openEverything, openPage, whyNoBrowser } from './chromium.ts';

if (whyNoBrowser !== undefined) process.stdout.write(`skipped: ${whyNoBrowser}\n`);

describe.skipIf(whyNoBrowser !== undefined)(
  `the site of an audit in a browser, from a disk${whyNoBrowser === undefined ? '' : ` (${whyNoBrowser})`}`,
  () => {
    let browser: Browser;
    const folders = new Map<string, string>();
    beforeAll(async () => {
      browser = await launchChromium();
      await write('fleet', fleet(26));
      await write('large', fleet(400, { packages: 14 }));
      await write('hostile', hostileFleet());
      await write('versions', versions());
    }, 60_000);
    afterAll(async () => {
      await browser.close();
      for (const folder of folders.values()) rmSync(folder, { recursive: true });
    });
    afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

    async function write(name: string, source: SiteSource): Promise<void> {
      const folder = mkdtempSync(join(tmpdir(), 'lockgate-site-'));
      folders.set(name, folder);
      await writeSite(folder, renderSite(source), () => undefined);
    }

    /** `page` is a path below the site, with what comes after the #. */
    function open(site: string, page: string, options: BrowserContextOptions = {}): Promise<Opened> {
      return openPage(browser, `${pathToFileURL(folders.get(site) ?? '').href}/${page}`, options);
    }

    const atlas = `r/${slugOf('acme/atlas')}.html`;
    const status = (page: Page): Promise<string | null> => page.locator('[data-who-status]').textContent();
    const answered = async (page: Page, text: string | RegExp): Promise<void> => {
      await page.locator('[data-who-status]').filter({ hasText: text }).waitFor({ timeout: 10_000 });
    };
    const holders = (page: Page): Promise<readonly string[]> => page.locator('.answer tbody th').allTextContents();

    it('asks for nothing but its own files, and complains about nothing', async () => {
      for (const path of ['index.html', atlas, 'search.html#q=debug']) {
        const { page, requests, problems } = await open('fleet', path);
        await page.waitForLoadState('networkidle');
        const own = pathToFileURL(folders.get('fleet') ?? '').href;
        expect(requests.filter((url) => !url.startsWith('data:') && !url.startsWith(`${own}/`))).toEqual([]);
        expect(problems).toEqual([]);
      }
    });

    it('is styled, and leads from the fleet to a repository and back', async () => {
      const { page } = await open('fleet', 'index.html');
      expect(await page.evaluate("getComputedStyle(document.querySelector('.repos')).display")).toBe('grid');
      await page.getByRole('link', { name: 'acme/atlas', exact: true }).first().click();
      expect(await page.locator('h1').textContent()).toBe('Fail');
      expect(await page.locator('[data-status]').textContent()).toMatch(/^60 packages/);
      await page.getByRole('link', { name: 'Fleet' }).click();
      expect(await page.locator('h1').textContent()).toBe('7 of 26 fail');
    });

    it('finds who holds a package, a version, and nobody', async () => {
      const { page, problems } = await open('fleet', 'search.html');
      await page.getByRole('searchbox').fill('debug');
      await answered(page, '25 repositories hold debug');
      expect(await holders(page)).toHaveLength(25);
      const [version = ''] = await page.locator('.versions button').allTextContents();
      await page.locator('.versions button').first().click();
      await answered(page, /holds? debug@\d/);
      expect(page.url()).toContain(`#q=debug%40${/^\d+\.\d+\.\d/.exec(version)?.[0]}`);
      await page.getByRole('searchbox').fill('no-such-package');
      await answered(page, 'No repository of this audit holds it, as far as they could be audited');
      expect(problems).toEqual([]);
    });

    it('says on the search page for whom it cannot speak', async () => {
      const { page } = await open('fleet', 'search.html');
      expect(await page.locator('.loud').first().textContent()).toContain('1 of these repositories could not be audited');
    });

    it('answers ranges, prereleases in their place, and leaves out nothing that has no semantic version', async () => {
      const { page } = await open('versions', 'search.html');
      for (const [question, expected] of [
        ['pad@1.2.3', ['exact']],
        ['pad@v1.2.3', ['exact']],
        ['pad@1.x', ['exact', 'minor', 'pre']],
        ['pad@1.2', ['exact', 'pre']],
        ['pad@<1.2.3', ['old', 'pre']],
        ['pad@>=1.2.3 <2.0.0', ['exact', 'minor']],
        ['pad@^1.2.3', ['exact', 'minor']],
        ['pad@~1.2.0', ['exact', 'pre']],
        ['pad@^0.2.0', ['old']],
        ['pad@ >= 10', ['major']],
        ['pad@1.2.3 || 10.0.0', ['exact', 'major']],
        ['pad@*', ['exact', 'major', 'minor', 'old', 'pre']],
      ] as const) {
        await page.getByRole('searchbox').fill(question);
        await answered(page, question.replace('@ ', '@'));
        expect([...(await holders(page))].sort(), question).toEqual([...expected, 'odd'].sort());
      }
    });

    it('refuses what is no range, in words', async () => {
      const { page } = await open('versions', 'search.html');
      await page.getByRole('searchbox').fill('pad@1.2.3 and more');
      await answered(page, 'This is no version and no range');
    });

    it('offers names that begin so, and repositories by a part of their name', async () => {
      const { page } = await open('large', 'search.html#q=deb');
      await answered(page, 'No package has exactly this name');
      expect(await page.locator('.names a').allTextContents()).toContain('debug');
      await page.getByRole('searchbox').fill('billing-1');
      await answered(page, 'No package has this name');
      expect((await holders(page)).every((name) => name.includes('billing-1'))).toBe(true);
    });

    it('answers a question of the address, and pages through a long answer', async () => {
      const { page } = await open('large', 'search.html#q=lodash');
      await answered(page, '399 repositories hold lodash');
      expect(await holders(page)).toHaveLength(100);
      await page.getByRole('button', { name: 'Next' }).click();
      expect(await page.locator('.pages span').textContent()).toBe('Page 2 of 4');
    });

    it('shows further repositories on pages of their own', async () => {
      const { page } = await open('large', 'index.html');
      expect(await page.locator('.repo').count()).toBe(60);
      await page.getByRole('link', { name: 'All 400 repositories' }).click();
      expect(await page.locator('.repo').count()).toBe(120);
      await page.getByRole('link', { name: 'Page 4' }).first().click();
      expect(await page.locator('.repo').count()).toBe(40);
      await page.locator('.repo a').last().click();
      expect(await page.locator('h1').count()).toBe(1);
    });

    for (const [look, options] of [
      ['in light', { colorScheme: 'light' }],
      ['in dark', { colorScheme: 'dark' }],
      ['on a phone', { viewport: { width: 390, height: 800 } }],
    ] as const)
      it(`has no accessibility fault that axe finds ${look}`, async () => {
        for (const [site, path] of [
          ['fleet', 'index.html'],
          ['fleet', 'search.html#q=debug'],
          ...(look === 'in light'
            ? ([
                ['fleet', atlas],
                ['large', 'all/2.html'],
              ] as const)
            : []),
        ] as const) {
          const { page } = await open(site, path, options);
          if (path.startsWith('search')) await answered(page, /hold debug/);
          await openEverything(page);
          expect(await accessibilityFaults(page), path).toEqual([]);
        }
      }, 120_000);

    it('can be used with the keyboard alone', async () => {
      const { page } = await open('fleet', 'index.html');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Search');
      await page.keyboard.press('Enter');
      await page.waitForURL(/search\.html/);
      expect(await page.evaluate('document.activeElement.id')).toBe('who');
      await page.keyboard.type('debug');
      await answered(page, /hold debug/);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await answered(page, /debug@\d/);
    });

    it('leaves hostile names, messages and hints what they are: text', async () => {
      for (const path of [
        'index.html',
        `r/${slugOf('</script><script>window.hacked=1</script>')}.html`,
        `r/${slugOf('__proto__')}.html`,
        'search.html#q=__proto__',
        'search.html#q=%3C/script',
      ]) {
        const { page, requests, problems } = await open('hostile', path);
        await page.waitForLoadState('networkidle');
        await openEverything(page);
        expect(await page.evaluate('window.hacked')).toBeUndefined();
        expect(await page.locator('img, iframe, object, embed').count()).toBe(0);
        expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
        expect(problems).toEqual([]);
      }
    });

    it('finds a package with a hostile name by that name', async () => {
      const { page } = await open('hostile', 'search.html');
      for (const name of ['__proto__', 'constructor', '"><img src=x onerror=window.hacked=1>']) {
        await page.getByRole('searchbox').fill(name);
        await answered(page, ` hold ${name}`);
        expect(await page.locator('.answer h2').first().textContent()).toBe(name);
      }
      expect(await page.evaluate('window.hacked')).toBeUndefined();
    });

    it('takes an address with nonsense in it for what it can be', async () => {
      const { page, problems } = await open('fleet', 'search.html#q=%00%ff@&q=2');
      await page.waitForLoadState('networkidle');
      expect(await status(page)).not.toBe('Searching');
      expect(problems).toEqual([]);
    });

    it('says which part of the index is missing, instead of finding nobody', async () => {
      rmSync(join(folders.get('versions') ?? '', 'index', 'packages-0.js'));
      const { page } = await open('versions', 'search.html#q=pad');
      await answered(page, 'A part of the index cannot be read: index/packages-0.js');
    });

    it('follows the reader’s wish for dark, prints on white, and fits a phone', async () => {
      const dark = await open('fleet', 'index.html', { colorScheme: 'dark' });
      const colour = (page: Page): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(await colour(dark.page)).toBe('rgb(20, 23, 26)');
      await dark.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      expect(await colour(dark.page)).toBe('rgb(255, 255, 255)');
      expect(await dark.page.locator('nav.site').isVisible()).toBe(false);
      for (const path of ['index.html', atlas, 'search.html#q=debug']) {
        const { page } = await open('fleet', path, { viewport: { width: 360, height: 700 } });
        expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBe(360);
      }
    });
  },
);

/** One repository for each version of one package. */
function versions(): SiteSource {
  const { summary, rules } = fleet(0);
  const held = { old: '0.2.5', pre: '1.2.3-rc.1', exact: '1.2.3', minor: '1.10.0', major: '10.0.0', odd: 'not semver' };
  const records = Object.entries(held).map(([repository, version]) => [recordOf(repository, { packages: [packageOf('pad', version)] })]);
  return { summary, rules, history: [], trends: new Map(), records };
}
