import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { type Outcome, lockgate, packageLock } from './lockgate.ts';

const secret = 'a secret of some length';
const ada = { name: 'ada', email: 'ada@people.example' };
const releases = ['left-pad', 'mid', 'fast-hash'].map((name) =>
  release({
    name,
    version: '1.0.0',
    publishedAt: '2021-01-01T00:00:00.000Z',
    repository: 'https://git.example/acme/tools.git',
    maintainers: [ada],
    publisher: ada,
  }),
);

interface Fleet {
  readonly folder: string;
  readonly run: (...args: readonly string[]) => Promise<Outcome>;
  readonly advisories: Record<string, readonly unknown[]>;
  readonly registry: LoopbackRegistry;
}

/** Two repositories in one folder, and a registry whose advisories can change while nothing else does. */
async function startFleet(env: Readonly<Record<string, string>> = {}): Promise<Fleet> {
  const advisories: Record<string, readonly unknown[]> = {};
  const registry = await startRegistry(releases, { advisories });
  onTestFinished(() => registry.close());
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-fleet-'));
  writeRepository(join(folder, 'shop'), releases);
  writeRepository(join(folder, 'docs'), releases.slice(0, 1));
  return {
    folder,
    advisories,
    registry,
    // Each run has a cache of its own, as if a night had gone by.
    run: (...args) => lockgate([...args, '--store', 'audits.db'], { cwd: folder, registry: registry.url, env }),
  };
}

function writeRepository(folder: string, held: readonly BuiltRelease[]): void {
  for (const [path, content] of Object.entries(packageLock(held))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const flaw = [
  {
    id: 1,
    url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
    title: 'Evil does evil',
    severity: 'critical',
    vulnerable_versions: '*',
    cwe: [],
    cvss: { score: 9.8, vectorString: null },
  },
];

/** A receiver that answers with these states in turn. */
async function startReceiver(
  ...states: readonly number[]
): Promise<{ readonly url: string; readonly bodies: string[]; readonly signatures: string[] }> {
  const [bodies, signatures]: [string[], string[]] = [[], []];
  const server = createServer((request, response) => {
    const take = async (): Promise<void> => {
      const body = await readText(request);
      const [id, at] = [request.headers['x-lockgate-delivery'], request.headers['x-lockgate-timestamp']].map(String);
      bodies.push(body);
      const wanted = `sha256=${createHmac('sha256', secret).update(`${id}.${at}.${body}`).digest('hex')}`;
      signatures.push(request.headers['x-lockgate-signature'] === wanted ? 'genuine' : 'forged');
      response.writeHead(states[Math.min(bodies.length, states.length) - 1] ?? 200).end();
    };
    void take();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/path-of-trust`, bodies, signatures };
}

describe('what an audit tells others', { timeout: 180_000 }, () => {
  it('is exactly what the world changed: in the webhook, the issue, the metrics and the pages', async () => {
    const receiver = await startReceiver(200);
    const { run, folder, advisories } = await startFleet({ LOCKGATE_WEBHOOK_SECRET: secret });
    const audit = ['audit', 'shop', 'docs', '--webhook', receiver.url, '--metrics', 'lockgate.prom', '--issue-body', 'issue.md'];

    const first = await run(...audit);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const told = receiver.bodies.length;
    expect(await run(...audit)).toMatchObject({ code: 0, stderr: '' });
    // Nothing changed: nobody is called, and no issue is worth opening.
    expect(receiver.bodies).toHaveLength(told);
    expect(readFileSync(join(folder, 'issue.md'), 'utf8')).toBe('');

    advisories['fast-hash'] = flaw;
    const second = await run(...audit);
    expect(second.code).toBe(1);
    expect(receiver.bodies).toHaveLength(told + 1);
    expect(receiver.signatures.every((signature) => signature === 'genuine')).toBe(true);
    const body = JSON.parse(receiver.bodies.at(-1) ?? '') as {
      readonly changes: readonly { readonly repository: string; readonly appeared: readonly unknown[] }[];
    };
    expect(body.changes).toMatchObject([
      { repository: 'shop', verdict: 'fail', appeared: [{ rule: 'advisory/critical', subject: 'fast-hash@1.0.0' }], resolved: [] },
    ]);

    const issue = readFileSync(join(folder, 'issue.md'), 'utf8');
    expect(issue).toContain('- [ ] ❌ **advisory/critical**');
    expect(issue).toContain('in `shop`');
    expect(issue).not.toContain('`docs`');

    const metrics = readFileSync(join(folder, 'lockgate.prom'), 'utf8');
    expect(metrics).toContain('lockgate_audit_findings_appeared 1\n');
    expect(metrics).toContain('lockgate_audit_repositories{state="fail"} 1\n');
    expect(metrics).toContain('lockgate_audit_webhook_delivered 1\n');
    expect(metrics).toMatch(/lockgate_audit_findings\{rule="advisory\/critical",severity="error",waived="false"\} 1\n/);
    expect(metrics).toMatch(/lockgate_feed_timestamp_seconds\{feed="trust"\} \d+\n/);

    writeFileSync(join(folder, 'keep.txt'), 'mine');
    const site = await run('audit', 'site', '-o', '.');
    expect(site).toMatchObject({ code: 0, stderr: '' });
    const page = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(page).toContain('<h1>1 of 2 fails</h1>');
    expect(page).toContain('fast-hash@1.0.0');
    expect(readFileSync(join(folder, 'index', 'packages-0.js'), 'utf8')).toContain('["fast-hash",["1.0.0"');

    // A repository that went takes its page with it, and nothing else.
    const shopPage = page.match(/r\/shop-[0-9a-f]{12}\.html/)?.[0] ?? '';
    expect(existsSync(join(folder, shopPage))).toBe(true);
    await run('audit', 'docs');
    expect(await run('audit', 'site', 'docs', '-o', '.')).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, shopPage))).toBe(false);
    expect(readFileSync(join(folder, 'keep.txt'), 'utf8')).toBe('mine');
  });

  it('decides nothing when nobody takes it: a notice and a metric, no secret in either', async () => {
    const receiver = await startReceiver(404);
    const { run, folder, advisories } = await startFleet({ LOCKGATE_WEBHOOK_SECRET: secret });
    advisories['fast-hash'] = flaw;
    const plain = await run('audit', 'shop', '--format', 'json');
    const told = await run('audit', 'shop', 'docs', '--webhook', receiver.url, '--metrics', 'm.prom');
    expect(told.code).toBe(plain.code);
    expect(told.stderr).toContain('the webhook was not delivered');
    expect(readFileSync(join(folder, 'm.prom'), 'utf8')).toContain('lockgate_audit_webhook_delivered 0\n');
    for (const text of [told.stderr, told.stdout, readFileSync(join(folder, 'm.prom'), 'utf8')])
      expect(text).not.toMatch(/path-of-trust|a secret of/);
  });

  it('is refused before the audit begins where it could never be told', async () => {
    const { run, registry } = await startFleet();
    for (const [url, why] of [
      ['http://hooks.example/x', 'plain http'],
      ['https://hooks.example/x', 'needs a secret'],
    ] as const) {
      const outcome = await run('audit', 'shop', '--webhook', url);
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toContain(why);
    }
    expect(registry.requests).toHaveLength(0);
  });

  it('needs an audit: pages of nothing are not written', async () => {
    const { run, folder } = await startFleet();
    const outcome = await run('audit', 'site', '-o', 'site');
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain('lockgate audit makes it');
    expect(existsSync(join(folder, 'site'))).toBe(false);
  });
});
