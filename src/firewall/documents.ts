import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { HttpOutcome, HttpRequestOptions } from '../model/http.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import { withDeadline } from '../platform/deadline.ts';
import { decodeBody } from '../platform/http-body.ts';
import { createHeldBytes } from './held-bytes.ts';
import type { FirewallLimits } from './limits.ts';
import { type OpenPackument, openPackument } from './open-packument.ts';
import { createSharedWork } from './shared-work.ts';
import { createTurns } from './turns.ts';
import type { Upstream } from './upstream.ts';

/** A registry's full document of one package, as it came; held packed. */
export interface HeldDocument {
  readonly name: string;
  /** SHA-256 of its bytes: what was learned from them holds as long as it stays. */
  readonly digest: string;
  readonly registry: string;
  /** Bytes, unpacked. */
  readonly length: number;
  readonly body: () => Buffer;
  /** The body with the places of what is in it, looked for once unless memory is short; undefined where it is no document. */
  readonly open: () => OpenPackument | undefined;
}

export type DocumentAnswer =
  | { readonly type: 'found'; readonly document: HeldDocument }
  | { readonly type: 'missing' }
  /** `reason` is one sentence. */
  | { readonly type: 'unavailable'; readonly reason: string };

export interface Documents {
  /** The document as it was at most `documentFreshness` ago, or as it is now. */
  readonly get: (name: string, isAskedAnew?: true) => Promise<DocumentAnswer>;
  /** The same for the gate, by address: undefined where nothing fresh is held. */
  readonly answerAt: (url: string, options: HttpRequestOptions) => HttpOutcome | undefined;
  readonly bytes: () => number;
}

export interface DocumentsOptions {
  readonly upstream: Pick<Upstream, 'get'>;
  readonly registries: () => RegistryDirectory;
  readonly limits: FirewallLimits;
  readonly now: () => number;
}

interface Held extends HeldDocument {
  readonly checkedAt: number;
  readonly etag: string | undefined;
  readonly size: number;
}

/** Documents that are being fetched: each may have tens of megabytes until it is packed. */
const atOnce = 24;

/** Keeps registry documents for a minute, and their bytes for as long as the registry says that they have not changed. */
export function createDocuments({ upstream, registries, limits, now }: DocumentsOptions): Documents {
  const held = createHeldBytes<Held>(limits.keptBytes);
  const shared = createSharedWork<DocumentAnswer>();
  const turns = createTurns(atOnce);
  const isFresh = ({ checkedAt }: Held): boolean => {
    const age = now() - checkedAt;
    return age >= 0 && age < limits.documentFreshness;
  };

  const ask = (name: string, registry: string, url: string): Promise<DocumentAnswer> =>
    withDeadline(limits.decisionTimeout, undefined, async (signal) => {
      const known = held.get(url);
      const outcome = await upstream.get(url, {
        headers: { accept: 'application/json', ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }) },
        signal,
        maxBytes: limits.packumentBytes,
        maxDecodedBytes: limits.packumentBytes,
      });
      if (outcome.type === 'failed') return { type: 'unavailable', reason: outcome.detail };
      if (outcome.status === 404) return { type: 'missing' };
      if (outcome.status === 304 && known !== undefined) return keep({ ...known, checkedAt: now() });
      if (outcome.status !== 200) return { type: 'unavailable', reason: `${outcome.url} answers ${outcome.status}` };
      return keep(await pack(outcome, { name, registry, checkedAt: now(), etag: outcome.headers.get('etag') }));

      function keep(document: Held): DocumentAnswer {
        held.put(url, document, document.size);
        return { type: 'found', document };
      }
    });

  return {
    get: (name, isAskedAnew) => {
      const registry = registries().registryFor(name);
      const url = registry + encodedName(name);
      const known = held.get(url);
      if (known !== undefined && isAskedAnew !== true && isFresh(known)) return Promise.resolve({ type: 'found', document: known });
      return shared(url, () => turns.take(() => ask(name, registry, url)));
    },
    answerAt: (url, { headers }) => {
      const known = held.get(url);
      if (known === undefined || !isFresh(known)) return undefined;
      const validators = known.etag === undefined ? new Map<string, string>() : new Map([['etag', known.etag]]);
      if (known.etag !== undefined && headers?.['if-none-match'] === known.etag) {
        return { type: 'response', status: 304, headers: validators, body: Buffer.alloc(0), url };
      }
      return { type: 'response', status: 200, headers: validators.set('content-type', 'application/json'), body: known.body(), url };
    },
    bytes: held.bytes,
  };
}

const gzipped = promisify(gzip);
const worthPacking = 16 * 1024;

type Answer = Extract<HttpOutcome, { readonly type: 'response' }>;

async function pack(answer: Answer, rest: Omit<Held, 'body' | 'open' | 'digest' | 'size' | 'length'>): Promise<Held> {
  const { body: whole } = answer;
  const digest = createHash('sha256').update(whole).digest('base64url');
  const small = await smallest(answer);
  const body = unpacking(small, whole.length, new WeakRef(whole));
  return { ...rest, digest, length: whole.length, size: small.bytes.length, body, open: opening(body) };
}

interface Packed {
  readonly bytes: Buffer;
  /** As Content-Encoding names it. */
  readonly encoding: string | undefined;
}

/** As it travelled, which costs nothing; packed here where it came as it is. */
async function smallest({ body, packed, headers }: Answer): Promise<Packed> {
  if (packed !== undefined && packed.length < body.length) return { bytes: packed, encoding: headers.get('content-encoding') };
  return body.length < worthPacking ? { bytes: body, encoding: undefined } : { bytes: await gzipped(body, { level: 1 }), encoding: 'gzip' };
}

/** Whoever asked for a document reads it at once: until memory is needed, it does not have to be unpacked for that. */
function unpacking({ bytes, encoding }: Packed, length: number, whole: WeakRef<Buffer>): () => Buffer {
  return () => {
    const body = whole.deref() ?? decodeBody(bytes, encoding, length);
    if (typeof body === 'string') throw new Error(`what was unpacked before is ${body} now`);
    return body;
  };
}

/** The gate, the document that is written and the tarball that is asked for next read the same one. */
function opening(body: () => Buffer): () => OpenPackument | undefined {
  let opened: WeakRef<OpenPackument> | undefined;
  return () => {
    const packument = opened?.deref() ?? openPackument(body());
    opened = packument && new WeakRef(packument);
    return packument;
  };
}

/** As npm writes it: the scope's `@` stays, the slash does not. The name is one that `isPackageName` accepts. */
function encodedName(name: string): string {
  return name.replace('/', '%2f');
}
