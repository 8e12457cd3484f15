import { createHash, createHmac } from 'node:crypto';
import { GateError } from '../model/gate-error.ts';
import type { HttpClient, HttpOutcome } from '../model/http.ts';
import type { Milliseconds } from '../model/units.ts';
import type { FindingRecord, RepositoryChange, RepositoryFailure } from './audit-record.ts';
import type { AuditSummary } from './audit-summary.ts';
import { hasNews, verdictChanges } from './audit-news.ts';

/** Deliveries that were taken, kept in the audit store: what an interrupted audit sent is not sent again. */
export interface DeliveryMemory {
  readonly isDelivered: (id: string) => Promise<boolean>;
  readonly remember: (id: string, now: Milliseconds) => Promise<void>;
}

export interface WebhookOptions {
  /** https, or http to this machine. May hold a secret in its path: never printed beyond its host. */
  readonly url: string;
  /** Key of the signature, 16 characters at least. */
  readonly secret: string | undefined;
  /** Without any credentials of a registry. */
  readonly http: HttpClient;
  readonly clock: () => Milliseconds;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly sleep: (duration: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

/** `nothing-new`: there was nothing to tell, so nobody was called. `failed` is for a notice and a metric; it decides nothing. */
export type WebhookOutcome =
  | { readonly type: 'delivered' | 'already-delivered' | 'nothing-new'; readonly id: string }
  | { readonly type: 'failed'; readonly id: string; readonly detail: string };

export interface Webhook {
  /** Total: every trouble of the receiver is an outcome. */
  readonly deliver: (summary: AuditSummary, memory: DeliveryMemory) => Promise<WebhookOutcome>;
}

/**
 * Tells a URL what changed since the last audit. The body is signed as Standard Webhooks signs: HMAC-SHA-256 over
 * `id.timestamp.body`; each attempt has a timestamp and a signature of its own. Redirects are refused.
 * @throws GateError `usage` for an address or a secret that nobody should use
 */
export function createWebhook(options: WebhookOptions): Webhook {
  const target = addressOf(options.url);
  const secret = provenSecret(options.secret);
  return {
    deliver: async (summary, memory) => {
      const body = webhookBody(summary);
      const id = deliveryId(summary, body);
      if (!hasNews(summary)) return { type: 'nothing-new', id };
      if (await memory.isDelivered(id)) return { type: 'already-delivered', id };
      let detail = 'interrupted';
      for (const pause of pauses) {
        if (pause > 0) await options.sleep(pause, options.signal);
        if (options.signal.aborted) break;
        const outcome = await send(target, id, body, secret, options);
        if (outcome.type === 'response' && outcome.status >= 200 && outcome.status < 300) {
          await memory.remember(id, options.clock());
          return { type: 'delivered', id };
        }
        detail = troubleOf(outcome, target);
        if (!isWorthRepeating(outcome)) break;
      }
      return { type: 'failed', id, detail };
    },
  };
}

/** Before each attempt; the HTTP client itself repeats each of them up to three times within a second. */
const pauses: readonly number[] = [0, 5_000, 30_000];
const shortestSecret = 16;
const mostChanges = 500;
const mostFindings = 100;

/** The signature of one delivery at one time, for the header `X-Lockgate-Signature`. */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('hex')}`;
}

/** What is new and resolved, as JSON; the same summary gives the same bytes. */
export function webhookBody({ audit, previous, states, changes, failures, vanished = [] }: AuditSummary): string {
  const news = changes.filter(isNews);
  return JSON.stringify({
    version: 1,
    event: 'audit.changed',
    text: textOf(news, failures),
    audit: { id: audit.id, startedAt: instant(audit.startedAt), ...(previous === undefined ? {} : { comparedWith: previous.id }) },
    repositories: states,
    changes: news.slice(0, mostChanges).map(changeOf),
    changesOmitted: Math.max(0, news.length - mostChanges),
    failures: failures.slice(0, mostChanges),
    failuresOmitted: Math.max(0, failures.length - mostChanges),
    noLongerAudited: vanished.slice(0, mostChanges),
  });
}

function isNews(change: RepositoryChange): boolean {
  return change.appeared.length > 0 || change.resolved.length > 0 || verdictChanges([change]).length > 0;
}

function changeOf({ repository, verdict, before, appeared, resolved }: RepositoryChange): unknown {
  return {
    repository,
    verdict,
    ...(before === undefined ? {} : { before }),
    appeared: appeared.slice(0, mostFindings).map(findingOf),
    resolved: resolved.slice(0, mostFindings).map(findingOf),
    omitted: Math.max(0, appeared.length - mostFindings) + Math.max(0, resolved.length - mostFindings),
  };
}

function findingOf({ fingerprint, rule, severity, subject, message, path, waiver }: FindingRecord): unknown {
  return { fingerprint, rule, severity, subject, message, path, isWaived: waiver !== undefined };
}

function textOf(news: readonly RepositoryChange[], failures: readonly RepositoryFailure[]): string {
  const total = (side: 'appeared' | 'resolved'): number => news.reduce((sum, change) => sum + change[side].length, 0);
  const failed = failures.length === 0 ? '' : `, ${failures.length} could not be audited`;
  return `Lockgate audit: ${total('appeared')} new and ${total('resolved')} resolved findings in ${news.length === 1 ? '1 repository' : `${news.length} repositories`}${failed}`;
}

/** The audit and a digest over what is told: the same news of the same audit is one delivery, however often it is tried. */
function deliveryId({ audit }: AuditSummary, body: string): string {
  return `${audit.id}-${createHash('sha256').update(body).digest('hex').slice(0, 32)}`;
}

function send(target: URL, id: string, body: string, secret: string, { http, clock, signal }: WebhookOptions): Promise<HttpOutcome> {
  const timestamp = Math.floor(clock() / 1000);
  return http.post(target.href, body, {
    headers: {
      'x-lockgate-delivery': id,
      'x-lockgate-timestamp': String(timestamp),
      'x-lockgate-signature': signatureOf(secret, id, timestamp, body),
    },
    isRedirectFinal: true,
    maxBytes: 65_536,
    maxDecodedBytes: 65_536,
    signal,
  });
}

/** What went wrong in words that hold nothing of the address but its host. */
function troubleOf(outcome: HttpOutcome, { host }: URL): string {
  if (outcome.type === 'failed') return `${host} could not be told: ${outcome.reason}`;
  if (outcome.status >= 300 && outcome.status < 400) return `${host} redirects (HTTP ${outcome.status}), which is not followed`;
  return `${host} answers with HTTP ${outcome.status}`;
}

function isWorthRepeating(outcome: HttpOutcome): boolean {
  if (outcome.type === 'response') return outcome.status === 408 || outcome.status === 429 || outcome.status >= 500;
  return !['malformed', 'deadline', 'too-large'].includes(outcome.reason);
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new GateError('usage', 'the address of the webhook is no http address');
  if (url.username !== '' || url.password !== '')
    throw new GateError('usage', 'the address of the webhook holds a user name or a password', {
      hint: 'the signature proves who sends; leave credentials out of the address',
    });
  if (url.protocol !== 'https:' && !isLoopback(url.hostname))
    throw new GateError('usage', 'the address of the webhook is plain http', {
      hint: 'use https; http is for this machine (127.0.0.1, ::1, localhost) only',
    });
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

function provenSecret(secret: string | undefined): string {
  if (secret !== undefined && secret.length >= shortestSecret) return secret;
  throw new GateError('usage', secret === undefined ? 'a webhook needs a secret' : 'the secret of the webhook is too short', {
    hint: `set LOCKGATE_WEBHOOK_SECRET to ${shortestSecret} random characters or more: the receiver proves with it who sends`,
  });
}

function instant(time: Milliseconds): string {
  return new Date(time).toISOString();
}
