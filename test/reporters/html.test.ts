import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { htmlReport } from '../../src/reporters/html.ts';
import { hostileReport, pageReport } from './html/page-report.ts';
import { hostile, reportWithEverything, waived } from './report.ts';

const options = { isColoured: false, width: 0, isExpanded: true };
const render = (report = pageReport(200)): string => htmlReport.render(report, options);

describe('the HTML report', () => {
  it('lets only its own script and style run: the policy names the hash of each, and nothing else is allowed', () => {
    const page = render();
    const policy = /<meta[^>]*http-equiv="Content-Security-Policy"[^>]*content="([^"]*)"/.exec(page)?.[1];
    const hash = (element: string): string =>
      createHash('sha256')
        .update(new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(page)?.[1] ?? '')
        .digest('base64');
    expect(policy).toBe(
      `default-src 'none'; script-src 'sha256-${hash('script')}'; style-src 'sha256-${hash('style')}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(page.match(/<script\b/g)).toHaveLength(2);
    expect(page.match(/<style\b/g)).toHaveLength(1);
  });

  it('loads nothing, styles nothing in place and handles nothing in place', () => {
    const page = withoutCode(render());
    expect(page.match(/\b(?:src|href|action|data|poster|srcset)="(?!#|data:,")[^"]*"/g)).toBeNull();
    expect(page).not.toMatch(/<(?:iframe|object|embed|img|base|form[^>]*action)\b/);
    expect(page).not.toMatch(/\sstyle=|\son[a-z]+=/);
    expect(render()).not.toMatch(/url\((?!#)|@import|\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|innerHTML|eval\(/);
  });

  it('says the verdict as a word and a sentence, with the numbers, and what could not be verified', () => {
    const page = render(reportWithEverything);
    expect(page).toContain('<h1>Fail</h1>');
    expect(page).toContain('2 errors in 1 change among 3 packages must be resolved');
    expect(page).toMatch(/<dt>Not verified<\/dt>\s*<dd>1<\/dd>/);
    expect(page).toContain('the registry did not answer for its keys');
    expect(page).toContain('3 tarballs were not read');
  });

  it('keeps a pass apart from an inconclusive run in words', () => {
    expect(render({ ...reportWithEverything, verdict: 'pass', findings: [] })).toContain('<h1>Pass</h1>');
    expect(render({ ...reportWithEverything, verdict: 'inconclusive' })).toContain('this is not a pass');
  });

  it('shows observation and what was allowed once above everything', () => {
    const page = render({ ...reportWithEverything, notes: ['OBSERVING: the exit code is 0 whatever was found', 'a quiet note'] });
    expect(page.indexOf('class="loud">OBSERVING')).toBeGreaterThan(0);
    expect(page.indexOf('OBSERVING')).toBeLessThan(page.indexOf('<h1>'));
    expect(page).not.toContain('class="loud">a quiet note');
  });

  it('names who waived, why and until when, and offers no second waiver', () => {
    const page = render({ ...reportWithEverything, findings: [waived] });
    expect(page).toContain('ada@shop.example');
    expect(page).toContain('our own fork, merged upstream soon');
    expect(page).toContain('until 2026-12-24');
    expect(page).not.toContain('lockgate waive');
  });

  it('writes hostile text as text', () => {
    for (const page of [render({ ...reportWithEverything, findings: [hostile] }), render(hostileReport())]) {
      const outside = withoutCode(page);
      expect(outside).not.toMatch(/<(?:script|img|b|iframe|svg onload)[ >](?!type="application\/json")/);
      expect(outside).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e]/);
      expect(outside.match(/<title>[^<]*<\/title>\s*<style>/)).not.toBeNull();
    }
  });

  it('keeps the data of the table from ending its element', () => {
    const [data = ''] = render(hostileReport()).split('data-packages-json').slice(1);
    const json = data.slice(data.indexOf('>') + 1, data.indexOf('</script>'));
    expect(json).not.toContain('<');
    expect(JSON.stringify(JSON.parse(json))).toContain('</script><script>window.hacked=1</script>');
  });

  it('stays under one megabyte for 3,000 packages, with findings on all of them as well', () => {
    const report = pageReport(3000);
    const everywhere = {
      ...report,
      findings: [...(report.inventory?.components.values() ?? [])].flatMap((one) =>
        report.findings.slice(0, 1).map((finding) => ({
          ...finding,
          subject: { ...finding.subject, label: `${one.name}@${one.version}`, name: one.name, bomRef: one.bomRef },
        })),
      ),
    };
    expect(Buffer.byteLength(render(report))).toBeLessThan(1_000_000);
    expect(Buffer.byteLength(render(everywhere))).toBeLessThan(1_000_000);
  });

  it('renders several lockfiles into one document with ids that differ', () => {
    const page = htmlReport.renderAll?.([pageReport(30), pageReport(40)], options) ?? '';
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page.match(/<h1\b/g)).toHaveLength(1);
    expect(page.match(/<!doctype html>/g)).toHaveLength(1);
  });

  it('is the same bytes for the same report', () => {
    expect(render(pageReport(300))).toBe(render(pageReport(300)));
  });

  it('says in text what the pictures show', () => {
    const page = render();
    const text = withoutCode(page).replaceAll(/<svg[\s\S]*?<\/svg>/g, '');
    expect(text).toContain('Shared by several');
    expect(text).toMatch(/<th scope="row">\s*<a href="#by=%40team%2Fpackage-5%406.5.0">/);
    expect(text).toContain('a week to a month');
    expect(text).toContain('Strong copyleft');
  });
});

function withoutCode(page: string): string {
  return page
    .replace(/<script>[\s\S]*?<\/script>/, '')
    .replace(/(<style>)[\s\S]*?<\/style>/, '$1')
    .replaceAll(/(<script type="application\/json"[^>]*>)[\s\S]*?<\/script>/g, '$1');
}
