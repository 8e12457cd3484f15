import { createHmac, timingSafeEqual } from 'node:crypto';
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeliveryMemory, type WebhookOptions, createWebhook, signatureOf, webhookBody } from '../../src/fleet/webhook.ts';
import { milliseconds } from '../../src/model/units.ts';
import { createHttpClient } from '../../src/platform/http.ts';
import { change, finding, hostileText, quiet, summary } from './summary.ts';
import { directConnection } from '../support/direct-client.ts';

const secret = 'sixteen random characters';
const now = milliseconds(Date.parse('2026-11-25T02:05:00Z'));

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

const servers: Server[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done)))));

/** A receiver that gives these answers in turn, and the last one from then on. */
async function receiver(
  answers: readonly { readonly status: number; readonly location?: string }[],
): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const answerTo = async (): Promise<void> => {
      const body = await readText(request);
      received.push({ headers: request.headers, body, path: request.url ?? '' });
      const answer = answers[Math.min(received.length, answers.length) - 1] ?? { status: 500 };
      response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location }).end('{}');
    };
    void answerTo();
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/s3cr3t-path`, received };
}

function memory(): DeliveryMemory & { readonly ids: Set<string> } {
  const ids = new Set<string>();
  return { ids, isDelivered: (id) => Promise.resolve(ids.has(id)), remember: (id) => Promise.resolve(void ids.add(id)) };
}

function options(url: string, over: Partial<WebhookOptions> = {}): WebhookOptions & { readonly pauses: number[] } {
  const pauses: number[] = [];
  return {
    url,
    secret,
    http: createHttpClient(directConnection, { retryDelay: 1 }),
    clock: () => now,
    sleep: (duration) => Promise.resolve(void pauses.push(duration)),
    signal: new AbortController().signal,
    pauses,
    ...over,
  };
}

/** What the README tells a receiver to do. */
function isGenuine({ headers, body }: Received, key: string, at: number): boolean {
  const [id, timestamp] = [String(headers['x-lockgate-delivery']), String(headers['x-lockgate-timestamp'])];
  const wanted = Buffer.from(`sha256=${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('hex')}`);
  const given = Buffer.from(String(headers['x-lockgate-signature']));
  const isFresh = Math.abs(at / 1000 - Number(timestamp)) <= 300;
  return isFresh && given.length === wanted.length && timingSafeEqual(given, wanted);
}

describe('a webhook', () => {
  it('says what is new and resolved, signed so that the receiver can prove who sent it and when', async () => {
    const { url, received } = await receiver([{ status: 204 }]);
    const outcome = await createWebhook(options(url)).deliver(summary(), memory());
    expect(outcome.type).toBe('delivered');
    const [one] = received;
    if (one === undefined) throw new Error('nothing came');
    expect(isGenuine(one, secret, now)).toBe(true);
    expect(isGenuine(one, `${secret}!`, now)).toBe(false);
    expect(isGenuine({ ...one, body: one.body.replace('shop', 'shoq') }, secret, now)).toBe(false);
    expect(isGenuine(one, secret, now + 600_000)).toBe(false);
    expect(one.headers['x-lockgate-delivery']).toBe(outcome.id);
    expect(one.headers['content-type']).toBe('application/json');
    expect(JSON.parse(one.body)).toMatchObject({
      version: 1,
      event: 'audit.changed',
      audit: { id: 7, startedAt: '2026-11-25T02:00:00.000Z', comparedWith: 6 },
      repositories: { fail: 2, pass: 1 },
      changes: [
        {
          repository: 'shop',
          verdict: 'fail',
          before: 'pass',
          appeared: [{ rule: 'malware/known', subject: 'evil@1.1.0', path: ['shop', 'mid', 'evil'] }],
          resolved: [],
        },
        { repository: 'billing' },
      ],
    });
  });

  it('calls nobody where nothing is new, and nobody twice for the same news of the same audit', async () => {
    const { url, received } = await receiver([{ status: 200 }]);
    const shared = memory();
    expect((await createWebhook(options(url)).deliver(quiet(), shared)).type).toBe('nothing-new');
    expect((await createWebhook(options(url)).deliver(summary(), shared)).type).toBe('delivered');
    expect((await createWebhook(options(url)).deliver(summary(), shared)).type).toBe('already-delivered');
    expect(received).toHaveLength(1);
    await createWebhook(options(url)).deliver(summary({ changes: [change('shop'), change('docs')] }), shared);
    expect(received).toHaveLength(2);
  });

  it('tries again with growing pauses and a new signature, and remembers only what was taken', async () => {
    // The HTTP client itself asks three times before the webhook sees a failure.
    const { url, received } = await receiver([...Array.from({ length: 4 }, () => ({ status: 503 })), { status: 200 }]);
    let clock = now;
    const one = options(url, { clock: () => (clock = milliseconds(clock + 1000)) });
    const outcome = await createWebhook(one).deliver(summary(), memory());
    expect(outcome.type).toBe('delivered');
    expect(one.pauses).toEqual([5_000]);
    expect(new Set(received.map(({ headers }) => headers['x-lockgate-signature'])).size).toBe(2);
    expect(new Set(received.map(({ headers }) => headers['x-lockgate-delivery'])).size).toBe(1);
    expect(received.every((request) => isGenuine(request, secret, clock))).toBe(true);
  });

  it('gives up as a value: no failure of a receiver is thrown, none is remembered, and none names more than its host', async () => {
    for (const answers of [[{ status: 500 }], [{ status: 404 }], [{ status: 302, location: 'http://127.0.0.1:1/elsewhere' }]]) {
      const { url } = await receiver(answers);
      const shared = memory();
      const outcome = await createWebhook(options(url)).deliver(summary(), shared);
      expect(outcome).toMatchObject({ type: 'failed', detail: expect.stringContaining(new URL(url).host) as string });
      expect(JSON.stringify(outcome)).not.toMatch(/s3cr3t|sixteen/);
      expect(shared.ids.size).toBe(0);
    }
    const gone = await createWebhook(options('http://127.0.0.1:1/s3cr3t-path')).deliver(summary(), memory());
    expect(gone).toMatchObject({ type: 'failed', detail: '127.0.0.1:1 could not be told: network' });
  });

  it('follows no redirect: what is new is meant for one address', async () => {
    const other = await receiver([{ status: 200 }]);
    const { url, received } = await receiver([{ status: 307, location: other.url }]);
    const outcome = await createWebhook(options(url)).deliver(summary(), memory());
    expect(outcome).toMatchObject({ type: 'failed', detail: expect.stringContaining('redirects (HTTP 307)') as string });
    expect([received.length, other.received.length]).toEqual([1, 0]);
  });

  it('asks once for what will not change: an address that is not there is no reason to wait', async () => {
    const { url, received } = await receiver([{ status: 410 }]);
    const one = options(url);
    await createWebhook(one).deliver(summary(), memory());
    expect(received).toHaveLength(1);
    expect(one.pauses).toEqual([]);
  });

  it('ends with the run', async () => {
    const { url, received } = await receiver([{ status: 503 }]);
    const ended = new AbortController();
    const one = options(url, { signal: ended.signal, sleep: () => Promise.resolve(ended.abort()) });
    expect((await createWebhook(one).deliver(summary(), memory())).type).toBe('failed');
    expect(received.length).toBeLessThanOrEqual(3);
  });

  it.each([
    ['http://hooks.example/x', 'plain http'],
    ['https://user:word@hooks.example/x', 'user name or a password'],
    ['ftp://hooks.example/x', 'no http address'],
    ['not an address', 'no http address'],
    ['http://127.0.0.1.evil.example/x', 'plain http'],
    ['http://localhost.evil.example/', 'plain http'],
  ])('refuses the address %s and does not repeat it', (url, why) => {
    expect(() => createWebhook(options(url))).toThrow(why);
    expect(() => createWebhook(options(url))).not.toThrow(/hooks\.example|evil\.example/);
  });

  it('takes plain http for this machine, and wants a secret that nobody guesses', () => {
    for (const url of ['http://127.0.0.1:9/x', 'http://[::1]:9/', 'http://localhost/', 'https://hooks.example/x'])
      expect(() => createWebhook(options(url))).not.toThrow();
    expect(() => createWebhook(options('https://hooks.example', { secret: undefined }))).toThrow('needs a secret');
    expect(() => createWebhook(options('https://hooks.example', { secret: 'short' }))).toThrow('too short');
  });

  it('bounds what it sends and counts what it leaves out', () => {
    const many = Array.from({ length: 700 }, (_, index) =>
      change(`r${index}`, { appeared: Array.from({ length: 120 }, (_, at) => finding({ fingerprint: `${at}` })) }),
    );
    const body = JSON.parse(webhookBody(summary({ changes: many }))) as {
      changes: { appeared: unknown[]; omitted: number }[];
      changesOmitted: number;
    };
    expect(body.changes).toHaveLength(500);
    expect(body.changesOmitted).toBe(200);
    expect(body.changes[0]).toMatchObject({ omitted: 20 });
  });

  it('carries hostile text as data, and signs the same bytes for the same news', () => {
    const one = summary({ changes: [change(hostileText, { appeared: [finding({ message: hostileText })] })] });
    expect(JSON.parse(webhookBody(one))).toMatchObject({ changes: [{ repository: hostileText }] });
    expect(webhookBody(one)).toBe(webhookBody(one));
    expect(signatureOf(secret, '7-a', 1, 'x')).toMatch(/^sha256=[0-9a-f]{64}$/);
    expect(signatureOf(secret, '7-a', 1, 'x')).not.toBe(signatureOf(secret, '7-a', 2, 'x'));
  });
});
