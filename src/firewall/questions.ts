import { promisify } from 'node:util';
import { brotliDecompress, gunzip } from 'node:zlib';
import type { HttpOutcome } from '../model/http.ts';
import { parseRecord } from '../model/json.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import { withDeadline } from '../platform/deadline.ts';
import type { ServerAnswer, ServerRequest } from '../platform/server.ts';
import { documentAnswer, refusal, trouble, uncached } from './answers.ts';
import type { FirewallLimits } from './limits.ts';
import type { Route } from './route.ts';
import type { Upstream } from './upstream.ts';

export type Question = Extract<Route, { readonly type: 'keys' | 'attestations' | 'advisories' }>;

/** Questions that clients ask a registry about packages, and that are none of the firewall's business: handed on, answered as they come. */
export interface Questions {
  readonly answer: (question: Question, request: ServerRequest) => Promise<ServerAnswer>;
}

export interface QuestionsOptions {
  readonly upstream: Upstream;
  readonly registries: () => RegistryDirectory;
  /** The registry of names without a scope of their own. */
  readonly registry: () => string;
  readonly limits: FirewallLimits;
}

const largestAnswer = 32 * 1024 * 1024;
const unpack = { gzip: promisify(gunzip), br: promisify(brotliDecompress) };

/** Asks with the credentials of the registry that a question belongs to, and hands on neither these nor its headers. */
export function createQuestions({ upstream, registries, registry, limits }: QuestionsOptions): Questions {
  const within = <T>(
    work: (options: { readonly signal: AbortSignal; readonly maxBytes: number; readonly maxDecodedBytes: number }) => Promise<T>,
  ): Promise<T> =>
    withDeadline(limits.decisionTimeout, undefined, (signal) => work({ signal, maxBytes: largestAnswer, maxDecodedBytes: largestAnswer }));

  const get = (url: string): Promise<ServerAnswer> =>
    within(async (options) => passedOn(await upstream.get(url, { headers: { accept: 'application/json' }, ...options })));

  const post = (url: string, body: string): Promise<HttpOutcome> => within((options) => upstream.post(url, body, options));

  /** Each registry is asked about its own packages: what is called what in one is nothing that another needs to know. */
  const bulk = async (text: string): Promise<ServerAnswer> => {
    const question = parseRecord(text);
    if (question === undefined) return trouble(400, 'a question about advisories is a JSON object');
    const byRegistry = new Map<string, [string, unknown][]>();
    for (const entry of Object.entries(question)) {
      const url = registries().registryFor(entry[0]);
      const known = byRegistry.get(url);
      if (known === undefined) byRegistry.set(url, [entry]);
      else known.push(entry);
    }
    const answers = await Promise.all(
      [...byRegistry].map(([url, entries]) => post(`${url}-/npm/v1/security/advisories/bulk`, JSON.stringify(Object.fromEntries(entries)))),
    );
    // A registry without the endpoint knows of no advisories; one that fails leaves the question open.
    const open = answers.find((answer) => answer.type === 'failed' || ![200, 404, 405, 410, 501].includes(answer.status));
    if (open !== undefined) return passedOn(open);
    const found = answers.flatMap((answer) => (answer.type === 'response' && answer.status === 200 ? [parseRecord(answer.body)] : []));
    const known = found.filter((answer) => answer !== undefined);
    if (known.length < found.length) return refusal('could not ask the registry: its answer about advisories is no JSON object');
    return documentAnswer(Object.fromEntries(known.flatMap((answer) => Object.entries(answer))));
  };

  return {
    answer: async (question, request) => {
      if (question.type === 'keys') return get(`${registry()}-/npm/v1/keys`);
      if (question.type === 'attestations') {
        const { name, version } = question;
        return get(`${registries().registryFor(name)}-/npm/v1/attestations/${name.replace('/', '%2f')}@${encodeURIComponent(version)}`);
      }
      const text = await textOf(request, limits.requestBytes);
      if (text === undefined) return trouble(413, `a question has at most ${limits.requestBytes} bytes, unpacked`);
      return question.endpoint === 'advisories/bulk'
        ? bulk(text)
        : passedOn(await post(`${registry()}-/npm/v1/security/${question.endpoint}`, text));
    },
  };
}

/** Status and body, and no header of the registry's but the type: cookies and validators are between it and this server. */
function passedOn(outcome: HttpOutcome): ServerAnswer {
  if (outcome.type === 'failed') return refusal(`could not ask the registry: ${outcome.detail}`);
  if (outcome.status >= 500 || outcome.status === 401 || outcome.status === 403 || outcome.status === 429) {
    return refusal(`could not ask the registry: ${outcome.url} answers ${outcome.status}`);
  }
  const headers = { ...uncached, 'content-type': outcome.headers.get('content-type') ?? 'application/json' };
  return { status: outcome.status === 200 ? 200 : 404, headers, body: outcome.body };
}

/** The body as text, unpacked to no more than the limit; undefined beyond it, and for what cannot be unpacked. */
async function textOf(request: ServerRequest, maxOutputLength: number): Promise<string | undefined> {
  const body = await request.readBody();
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (body === undefined || encoding === 'identity') return body?.toString('utf8');
  if (encoding !== 'gzip' && encoding !== 'br') return undefined;
  try {
    return (await unpack[encoding](body, { maxOutputLength })).toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
