import { describe, expect, it } from 'vitest';
import { createAdvisorySharing } from '../../src/firewall/advisory-sharing.ts';
import type { Decision } from '../../src/firewall/decision.ts';
import { createDecisionRecord } from '../../src/firewall/decision-record.ts';
import { encodingFor } from '../../src/firewall/encoding.ts';
import type { FirewallEvent } from '../../src/firewall/events.ts';
import { createHeldBytes } from '../../src/firewall/held-bytes.ts';
import { logLine } from '../../src/firewall/log-line.ts';
import { createMetrics } from '../../src/firewall/metrics.ts';
import { createTurns } from '../../src/firewall/turns.ts';
import type { HttpOutcome } from '../../src/model/http.ts';

const decision = (action: Decision['action'], version = '1.0.0'): Decision => ({
  name: 'left-pad',
  version,
  action,
  findings: [],
  reasons: action === 'allowed' ? [] : [`it is ${action}`],
});

describe('what is held', () => {
  it('makes room by what was not asked for the longest, and takes nothing that would push out all else', () => {
    const held = createHeldBytes<string>(10_000);
    for (const key of ['a', 'b', 'c', 'd', 'e']) held.put(key, key, 1_000);
    held.get('a');
    held.put('f', 'f', 1_200);
    held.put('g', 'g', 1_200);
    expect(['a', 'b', 'f', 'g'].map((key) => held.get(key))).toEqual(['a', undefined, 'f', 'g']);
    held.put('huge', 'huge', 1_251);
    expect(held.get('huge')).toBeUndefined();
    expect(held.bytes()).toBeLessThanOrEqual(10_000);
    held.put('a', 'again', 10);
    held.delete('a');
    expect(held.get('a')).toBeUndefined();
  });
});

describe('turns', () => {
  it('run so many at once, in the order in which they came, and go on after a failure', async () => {
    const turns = createTurns(2);
    const order: number[] = [];
    let running = 0;
    const work = (index: number) => async (): Promise<void> => {
      running += 1;
      expect(running).toBeLessThanOrEqual(2);
      order.push(index);
      await Promise.resolve();
      running -= 1;
      if (index === 1) throw new Error('it broke');
    };
    const results = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => turns.take(work(index))));
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(turns.waiting()).toBe(0);
  });
});

describe('the record of decisions', () => {
  it('tells each change once, counts each decision, and keeps a refusal that was asked for', () => {
    const events: FirewallEvent[] = [];
    const counted: string[] = [];
    const record = createDecisionRecord(
      (event) => events.push(event),
      (action) => counted.push(action),
    );
    for (const action of ['hidden', 'hidden', 'refused', 'hidden', 'refused', 'allowed'] as const) record.add(decision(action));
    expect(counted).toHaveLength(6);
    expect(events.map((event) => (event.type === 'decision' ? event.decision.action : ''))).toEqual(['hidden', 'refused', 'allowed']);
    record.add(decision('allowed', '2.0.0'));
    expect(record.all().map(({ version, action }) => [version, action])).toEqual([
      ['1.0.0', 'allowed'],
      ['2.0.0', 'allowed'],
    ]);
  });

  it('does not lose what was refused to a document that hides thousands of versions, nor to thousands of names that nobody publishes', () => {
    const record = createDecisionRecord(
      () => undefined,
      () => undefined,
    );
    record.add(decision('refused'));
    for (let index = 0; index < 30_000; index += 1) record.add(decision('hidden', `2.0.${index}`));
    expect(record.all()).toHaveLength(5_001);
    for (let index = 0; index < 30_000; index += 1) record.add(decision('not-found', `3.0.${index}`));
    expect(record.all()).toHaveLength(25_001);
    expect(record.all().at(-1)?.action).toBe('refused');
  });

  it('does not grow without end', () => {
    const record = createDecisionRecord(
      () => undefined,
      () => undefined,
    );
    for (let index = 0; index < 20_100; index += 1) record.add(decision('not-found', String(index)));
    expect(record.all()).toHaveLength(20_000);
    expect(record.all()[0]?.version).toBe('100');
  });
});

describe('the bulk endpoint', () => {
  const url = 'https://registry.example/-/npm/v1/security/advisories/bulk';
  const answer = (body: unknown, status = 200): HttpOutcome => ({
    type: 'response',
    status,
    headers: new Map(),
    body: Buffer.from(JSON.stringify(body)),
    url,
  });
  const bodyOf = (outcome: HttpOutcome | undefined): unknown =>
    outcome?.type === 'response' ? JSON.parse(outcome.body.toString('utf8')) : undefined;

  it('is not asked again for a minute about versions that were part of an earlier question', () => {
    let now = 0;
    const sharing = createAdvisorySharing(() => now);
    sharing.learn(url, JSON.stringify({ a: ['1', '2'], b: ['1'] }), answer({ a: [{ id: 1 }] }));
    expect(bodyOf(sharing.answerTo(url, JSON.stringify({ a: ['2'] })))).toEqual({ a: [{ id: 1 }] });
    expect(bodyOf(sharing.answerTo(url, JSON.stringify({ b: ['1'], a: ['1'] })))).toEqual({ a: [{ id: 1 }] });
    expect(sharing.answerTo(url, JSON.stringify({ a: ['3'] }))).toBeUndefined();
    expect(sharing.answerTo(url, JSON.stringify({ a: ['1'], c: ['1'] }))).toBeUndefined();
    expect(sharing.answerTo(url.replace('registry', 'other'), JSON.stringify({ a: ['1'] }))).toBeUndefined();
    now = 60_001;
    expect(sharing.answerTo(url, JSON.stringify({ a: ['2'] }))).toBeUndefined();
  });

  it('leaves nothing behind when it failed', () => {
    const sharing = createAdvisorySharing(() => 0);
    const question = JSON.stringify({ a: ['1'] });
    for (const outcome of [answer({}, 500), answer([]), { type: 'failed', reason: 'timeout', detail: 'x' } as const]) {
      sharing.learn(url, question, outcome);
      expect(sharing.answerTo(url, question)).toBeUndefined();
    }
  });
});

describe('metrics', () => {
  it('are what Prometheus reads, whatever stands in a label', () => {
    const metrics = createMetrics();
    metrics.requestEnded('packument', 200, 30);
    metrics.decided('allowed');
    metrics.asked('evil"\n{}host', '200', 7_000);
    const text = metrics.render({ connections: 3 });
    for (const line of text.trim().split('\n')) expect(line).toMatch(/^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{[^\n]*\})? [\d.e+]+)$/);
    expect(text).toContain('lockgate_request_duration_seconds_bucket{le="0.05"} 1');
    expect(text).toContain('lockgate_request_duration_seconds_bucket{le="0.025"} 0');
    expect(text).toContain('lockgate_upstream_duration_seconds_bucket{le="+Inf"} 1');
    expect(text).toContain('host="evil__{}host"');
    expect(text).toContain('lockgate_connections 3');
  });

  it('do not grow without end', () => {
    const metrics = createMetrics();
    for (let index = 0; index < 2_000; index += 1) metrics.asked(`host-${index}`, '200', 1);
    expect(
      metrics
        .render({})
        .split('\n')
        .filter((line) => line.startsWith('lockgate_upstream_requests_total{')),
    ).toHaveLength(500);
  });
});

describe('a log line', () => {
  it('is one short line of JSON, whatever was asked for', () => {
    const long = 'x'.repeat(5_000);
    const events: readonly FirewallEvent[] = [
      { type: 'decision', decision: { ...decision('refused'), reasons: [`${long}\n\u001b[31m`] } },
      { type: 'trouble', what: long },
      { type: 'request', method: 'GET', path: '/\u0000"', status: 400, bytes: 0, milliseconds: 1, client: '::1', agent: '\n' },
    ];
    for (const event of events) {
      const line = logLine(event, 0);
      expect(line.length).toBeLessThan(2_000);
      expect(line).not.toMatch(/\p{Cc}/u);
      expect(JSON.parse(line)).toMatchObject({ time: '1970-01-01T00:00:00.000Z', type: event.type });
    }
  });
});

describe('an encoding', () => {
  it('is one that the client names, the better one of two', () => {
    const chosen = [undefined, '', '*', 'gzip', 'br;q=1.0, gzip;q=0.8', 'GZIP;q=0', 'gzip;q=0.000, br;q=0', 'deflate, zstd'].map(
      encodingFor,
    );
    expect(chosen).toEqual(['identity', 'identity', 'identity', 'gzip', 'br', 'identity', 'identity', 'identity']);
  });
});
