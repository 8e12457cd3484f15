import { createHash, timingSafeEqual } from 'node:crypto';
import type { ServerAnswer, ServerRequest } from '../platform/server.ts';
import { refusal, trouble } from './answers.ts';

export interface AccessOptions {
  readonly token: string | undefined;
  /** Hosts, with their ports, that requests may be addressed to; undefined for any. */
  readonly hosts: ReadonlySet<string> | undefined;
  /** Sustained, by client address; twenty seconds' worth may come at once. */
  readonly requestsPerSecond: number;
  readonly now: () => number;
}

/** Why a request is not even looked at; undefined for one that may go on. */
export type Access = (request: ServerRequest, isPublic: boolean) => ServerAnswer | undefined;

const mostClients = 10_000;

/**
 * Three gates in front of all others. The rate, by address, so that one client cannot take everybody's turn. The host: a page in a
 * browser may send requests to this machine under a name of its own (DNS rebinding), and read with the credentials that are kept
 * here. The token, compared in constant time.
 */
export function createAccess({ token, hosts, requestsPerSecond, now }: AccessOptions): Access {
  const clients = new Map<string, { tokens: number; at: number }>();
  const burst = requestsPerSecond * 20;

  const isTooFast = (client: string): boolean => {
    const at = now();
    const known = clients.get(client) ?? { tokens: burst, at };
    const tokens = Math.min(burst, known.tokens + (Math.max(0, at - known.at) / 1_000) * requestsPerSecond);
    clients.delete(client);
    clients.set(client, { tokens: Math.max(0, tokens - 1), at });
    const oldest = clients.size > mostClients ? clients.keys().next().value : undefined;
    if (oldest !== undefined) clients.delete(oldest);
    return !(tokens >= 1);
  };

  return (request, isPublic) => {
    if (isTooFast(request.client)) return trouble(429, 'too many requests from this address', { 'retry-after': '1' });
    const host = request.headers.get('host')?.toLowerCase() ?? '';
    if (hosts !== undefined && !hosts.has(host)) return refusal('requests are addressed to another host than this one');
    if (token === undefined || isPublic || isRight(presented(request.headers.get('authorization')), token)) return undefined;
    return trouble(401, 'this registry asks for a token', { 'www-authenticate': 'Bearer realm="lockgate", Basic realm="lockgate"' });
  };
}

/** The token itself, or the password of basic credentials under any user name. */
function presented(authorization: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\S{1,16}) +(\S{1,4096})$/.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const plain = Buffer.from(value, 'base64').toString('utf8');
  const colon = plain.indexOf(':');
  return colon === -1 ? undefined : plain.slice(colon + 1);
}

/** Digests have one length: neither the length of the token nor its first difference shows in the time. */
function isRight(given: string | undefined, token: string): boolean {
  if (given === undefined) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
