import { describe, expect, it } from 'vitest';
import { issueMarker, renderDigest, renderIssueBody } from '../../src/fleet/digest.ts';
import { change, finding, hostileText, quiet, summary } from './summary.ts';

describe('the digest of an audit', () => {
  it('says what is new, how it gets in and what helps, each finding once for all repositories that have it', () => {
    const text = renderDigest(summary());
    expect(text).toMatchInlineSnapshot(`
      "## ❌ Lockgate audit of 2026-11-25

      **3 repositories: 2 fail, 1 pass**

      1 new finding, 0 resolved, since the audit of 2026-11-24.

      ### New (1)

      - ❌ **malware/known**: evil\\@&#8203;1.1.0 is known to be malware
        in \`billing\`, \`shop\`: \`shop\` › \`mid\` › \`evil\`
        - **help:** remove it

      ### Verdicts that changed (2)

      - ❌ \`billing\`: pass → fail
      - ❌ \`shop\`: pass → fail

      "
    `);
  });

  it('begins with errors, then with what most repositories have', () => {
    const text = renderDigest(
      summary({
        changes: [
          change('a', { appeared: [finding({ rule: 'r/note', severity: 'note' }), finding({ rule: 'r/one' })] }),
          change('b', { appeared: [finding({ rule: 'r/two' }), finding({ rule: 'r/warning', severity: 'warning' })] }),
          change('c', { appeared: [finding({ rule: 'r/two' })] }),
        ],
      }),
    );
    const order = ['r/two', 'r/one', 'r/warning', 'r/note'].map((rule) => text.indexOf(`**${rule}**`));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });

  it('says what could not be audited, what is no longer audited, what became inconclusive and what was resolved', () => {
    const text = renderDigest(
      summary({
        changes: [
          change('edge', { verdict: 'inconclusive', appeared: [] }),
          change('docs', { verdict: 'failed', appeared: [] }),
          change('shop', { verdict: 'pass', before: 'fail', appeared: [], resolved: [finding()] }),
        ],
        failures: [{ repository: 'docs', code: 'git', message: 'the server closed the connection', hint: 'is the address right?' }],
        vanished: ['attic'],
      }),
    );
    expect(text).toContain('`edge`: pass → inconclusive');
    expect(text).toContain('`docs`: pass → could not be audited');
    expect(text).toContain('🚫 `docs`: the server closed the connection (git): is the address right?');
    expect(text).toContain('### No longer audited (1)\n\n- `attic`');
    expect(text).toContain('✅ **malware/known** `evil@1.1.0` in `shop`');
  });

  it('tells a first audit from one that found nothing new', () => {
    const { previous: _, ...first } = summary();
    expect(renderDigest(first)).toContain('first audit: everything is new');
    expect(renderDigest(quiet())).toContain('Nothing new, nothing resolved.');
  });

  it('counts what is waived and does not list it', () => {
    const waiver = { owner: 'ada', reason: 'our own fork', expires: summary().audit.startedAt };
    const text = renderDigest(summary({ changes: [change('shop', { appeared: [finding({ waiver })] })] }));
    expect(text).toContain('1 further new finding is waived.');
    expect(text).not.toContain('evil@1.1.0');
  });

  it('stays below what forges take, whatever comes, and counts what did not fit', () => {
    const wide = '\u{1f4a9}'.repeat(5000);
    const changes = Array.from({ length: 3000 }, (_, index) =>
      change(`repository-${index}-${wide}`, {
        appeared: [
          finding({ subject: `evil-${index}`, message: wide, path: Array.from({ length: 400 }, () => wide), help: [wide, wide, wide] }),
        ],
      }),
    );
    for (const text of [renderDigest(summary({ changes })), renderIssueBody(summary({ changes }))]) {
      expect(Buffer.byteLength(text)).toBeLessThan(65_536);
      expect(text).toMatch(/\*\*\d+ blocks more did not fit here\.\*\*/);
      expect(text).toContain('3000 new findings');
    }
  });

  it('writes hostile names, messages and hints as text', () => {
    const text = renderDigest(
      summary({
        changes: [
          change(hostileText, {
            appeared: [
              finding({
                rule: hostileText,
                subject: hostileText,
                message: hostileText,
                help: [hostileText],
                path: [hostileText, hostileText],
              }),
            ],
          }),
        ],
        failures: [{ repository: hostileText, code: hostileText, message: hostileText, hint: hostileText }],
        vanished: [hostileText],
      }),
    );
    expect(text).not.toMatch(/^(?:# heading|- \[x\] done)/m);
    expect(text).not.toContain('\u202e');
    // Outside of code spans nothing is markup, a mention or a link.
    const prose = text.replaceAll(/(\\[\s\S])|(`+)(?!`)[\s\S]*?[^`]\2(?!`)/g, (_, escaped: string | undefined) => escaped ?? '');
    expect(prose).not.toMatch(/<img|<\/details|@everyone|\]\(javascript/);
  });
});

describe('the body of an issue', () => {
  it('begins with the marker by which the issue is found again, and has a box for each new finding', () => {
    const text = renderIssueBody(summary());
    expect(text.startsWith(`${issueMarker}\n`)).toBe(true);
    expect(text).toContain('- [ ] ❌ **malware/known**');
  });

  it('is empty where there is nothing to say', () => {
    expect(renderIssueBody(quiet())).toBe('');
    expect(renderIssueBody(summary({ changes: [change('shop', { before: 'fail', appeared: [] })] }))).toBe('');
  });
});
