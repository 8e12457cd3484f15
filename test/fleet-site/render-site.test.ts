import { posix } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LockfileRecord } from '../../src/fleet/audit-record.ts';
import { contentPolicy } from '../../src/fleet-site/page.ts';
import { renderSite } from '../../src/fleet-site/render-site.ts';
import type { SiteSource } from '../../src/fleet-site/site-source.ts';
import { slugOf } from '../../src/fleet-site/slug.ts';
import { runs } from '../support/campaign.ts';
import { filesOf, findingOf, fleet, hostileFleet, packageOf, recordOf } from './fleet.ts';

type Files = ReadonlyMap<string, string>;

const pagesIn = (files: Files): readonly (readonly [string, string])[] => [...files].filter(([path]) => path.endsWith('.html'));
const render = (source: SiteSource): Promise<Files> => filesOf(renderSite(source));

/** A fleet of these lockfiles alone. */
function fleetOf(records: readonly LockfileRecord[], over: Partial<SiteSource> = {}): SiteSource {
  const { summary, rules } = fleet(0);
  const groups = new Map<string, LockfileRecord[]>();
  for (const record of records) groups.set(record.repository, [...(groups.get(record.repository) ?? []), record]);
  return { summary, rules, history: [], trends: new Map(), records: [...groups.values()], ...over };
}

describe('the site of an audit', () => {
  let files: Files;
  beforeAll(async () => {
    files = await render(fleet(26));
  });

  it('has a first page, a page for each repository, and a search', () => {
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['index.html', 'search.html', 'assets/site.css', 'assets/site.js', 'assets/search.js']),
    );
    expect([...files.keys()].filter((path) => path.startsWith('r/'))).toHaveLength(26);
  });

  it('leads only to files that are there', () => {
    for (const [path, text] of pagesIn(files))
      for (const [, target = ''] of text.matchAll(/(?:href|src)="([^"]*)"/g)) {
        if (target.startsWith('#') || target === 'data:,') continue;
        const file = posix.join(posix.dirname(path), target.split('#')[0] ?? '');
        expect(files.has(file), `${path} leads to ${file}`).toBe(true);
      }
  });

  it('leads within a page only to what is there', () => {
    for (const [path, text] of pagesIn(files))
      for (const [, id = ''] of text.matchAll(/href="#([^"=]*)"/g)) expect(text.includes(`id="${id}"`), `${path} has ${id}`).toBe(true);
  });

  it('lets a page load its own files and run nothing of its own', () => {
    for (const [, text] of pagesIn(files)) {
      expect(text).toContain(`http-equiv="Content-Security-Policy" content="${contentPolicy}"`);
      expect(text).not.toMatch(/<(?:iframe|object|embed|img|base|style|form[^>]*action)\b|\sstyle=|\son[a-z]+=|https?:/);
      for (const [, attributes = '', body = ''] of text.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g))
        expect(attributes.includes('src="') ? body : attributes).toMatch(/^$|type="application\/json"/);
    }
    expect(contentPolicy).not.toMatch(/unsafe|\*|https?:/);
    for (const name of ['assets/site.js', 'assets/search.js', 'assets/site.css'])
      expect(files.get(name)).not.toMatch(/url\((?!#)|@import|\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|innerHTML|eval\(|https?:\/\//);
  });

  it('says the fleet in one sentence, and what is new, failing and unknown, worst first', () => {
    const page = files.get('index.html') ?? '';
    expect(page).toMatch(/<h1>7 of 26 fail<\/h1>/);
    expect(page).toContain('3 more could not be verified, 1 could not be audited.');
    expect(page).toContain('Since the audit of 2026-11-24');
    expect(page).toContain('the server closed the connection');
    const order = [...page.matchAll(/class="repo v-(\w+)"/g)].map(([, state]) => state);
    expect(order).toHaveLength(26);
    expect(order).toEqual(
      [...order].sort(
        (a, b) => ['fail', 'failed', 'inconclusive', 'pass'].indexOf(a ?? '') - ['fail', 'failed', 'inconclusive', 'pass'].indexOf(b ?? ''),
      ),
    );
  });

  it('is the same to the byte, in whatever order the repositories come', async () => {
    const source = fleet(26);
    const groups = [...(source.records as Iterable<readonly LockfileRecord[]>)];
    const again = await render({ ...source, records: groups.toReversed() });
    expect(again).toEqual(files);
  });

  it('gives a repository the report of its lockfile: findings with their ways, doubts, licences, ages, all packages', () => {
    const page = files.get(`r/${slugOf('acme/atlas')}.html`) ?? '';
    for (const words of [
      '<h1>Fail</h1>',
      'is known to be malware',
      'How it gets in',
      'Licences',
      'Age of the versions in use',
      'All packages',
      'Over time',
    ])
      expect(page).toContain(words);
    expect(files.get(`r/${slugOf('acme/checkout')}.html`)).toContain('the registry did not answer for its keys');
  });

  it('calls nothing a pass that was not proven: a repository that failed, and one without a lockfile', async () => {
    const failed = files.get(`r/${slugOf('acme/mailer-1')}.html`) ?? '';
    expect(failed).toContain('<h1>Not audited</h1>');
    expect(failed).toContain('this is no pass');
    const empty = await render(fleetOf([], { trends: new Map([['bare', [{ state: 'inconclusive', errors: 0 }]]]) }));
    expect(empty.get(`r/${slugOf('bare')}.html`)).toContain('<h1>No lockfile</h1>');
    expect(empty.get('index.html')).toContain('no lockfile was found');
  });

  it('keeps several lockfiles of a repository on pages of their own', async () => {
    const several = await render(
      fleetOf([
        recordOf('mono', { lockfile: 'a/package-lock.json', findings: [findingOf()] }),
        recordOf('mono', { lockfile: 'b/yarn.lock' }),
      ]),
    );
    const slug = slugOf('mono');
    expect([...several.keys()].filter((path) => path.startsWith('r/'))).toEqual([`r/${slug}.html`, `r/${slug}.1.html`, `r/${slug}.2.html`]);
    expect(several.get(`r/${slug}.html`)).toContain('1 of 2 lockfiles do not pass');
    expect(several.get(`r/${slug}.2.html`)).toContain('<h1>Pass</h1>');
  });

  it('tells a first audit from one without news, and survives an empty one', async () => {
    const { previous: _, ...first } = fleet(3).summary;
    expect((await render({ ...fleet(3), summary: first })).get('index.html')).toContain('Found by the first audit');
    expect((await render(fleetOf([recordOf('a')]))).get('index.html')).toContain('Nothing is new and nothing was resolved');
    const none = await render(fleet(0));
    expect(none.get('index.html')).toContain('Nothing was audited');
    expect(none.has('search.html')).toBe(true);
  });

  it('keeps each page of a fleet of thousands under one megabyte', async () => {
    const size = runs(1) > 1 ? 10_000 : 1_500;
    const large = await render(fleet(size, { packages: 12, audits: 30 }));
    for (const [path, text] of large) expect(Buffer.byteLength(text), path).toBeLessThan(1_000_000);
    expect(large.has(`all/${Math.ceil(size / 120)}.html`)).toBe(true);
    expect((large.get('index.html')?.match(/class="repo v-/g) ?? []).length).toBe(60);
  });

  it('keeps the page of one huge lockfile under one megabyte, shows what has findings, and says how many packages have no room', async () => {
    const packages = Array.from({ length: 30_000 }, (_, index) =>
      packageOf(`package-${index}`, '1.0.0', { isDirect: false, path: ['app', 'a'.repeat(200), `package-${index}`] }),
    );
    const findings = Array.from({ length: 3_000 }, (_, index) =>
      findingOf({
        fingerprint: `${index}`,
        subject: `package-${29_999 - index}@1.0.0`,
        message: `package-${29_999 - index}@1.0.0 is wrong`,
        path: ['app', 'b'.repeat(500), 'c'],
      }),
    );
    const huge = await render(fleetOf([recordOf('huge', { packages, findings })]));
    const page = huge.get(`r/${slugOf('huge')}.html`) ?? '';
    expect(Buffer.byteLength(page)).toBeLessThan(1_000_000);
    expect(page).toMatch(/[\d,]+ packages without room here/);
    expect(page).toContain('"package-29999"');
  });

  it('writes hostile names, messages, licences and hints as text, in pages and in the index', async () => {
    const hostile = await render(hostileFleet());
    for (const [path, text] of hostile) {
      if (path.startsWith('assets/')) continue;
      expect(path).toMatch(/^(?:index|search|all\/\d+|r\/[a-z0-9.-]+|index\/(?:packages|repositories)-\d+)\.(?:html|js)$/);
      const outside = text.replaceAll(/<script type="application\/json"[^>]*>[\s\S]*?<\/script>/g, '');
      expect(outside).not.toMatch(/<(?:img|iframe|svg onload|b)\b|<script(?! src="(?:\.\.\/)?assets)/);
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2028]/);
    }
  });
});

describe('the name of a page', () => {
  it('is another one for every other repository, and safe wherever files lie', () => {
    const names = [
      'acme/shop',
      'acme-shop',
      'ACME/shop',
      'acme/shop ',
      '',
      '..',
      '../..',
      'CON',
      'é',
      '\u0000',
      'a'.repeat(500),
      '<b>',
      '🦀',
    ];
    const slugs = names.map(slugOf);
    expect(new Set(slugs).size).toBe(names.length);
    for (const slug of slugs) expect(slug).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/);
  });
});
