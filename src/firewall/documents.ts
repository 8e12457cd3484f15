import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { HttpOutcome, HttpRequestOptions } from '../model/http.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import { withDeadline } from '../platform/deadline.ts';
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
  readonly body: () => Promise<Buffer>;
  /** The body with the places of what is in it, looked for once unless memory is short; undefined where it is no document. */
  readonly open: () => Promise<OpenPackument | undefined>;
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
  readonly answerAt: (url: string, options: HttpRequestOptions) => Promise<HttpOutcome | undefined>;
  readonly bytes: () => number;
}

export interface DocumentsOptions {
  readonly upstream: () => Upstream;
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
      const outcome = await upstream().get(url, {
        headers: { accept: 'application/json', ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }) },
        signal,
        maxBytes: limits.packumentBytes,
        maxDecodedBytes: limits.packumentBytes,
      });
      if (outcome.type === 'failed') return { type: 'unavailable', reason: outcome.detail };
      if (outcome.status === 404) return { type: 'missing' };
      if (outcome.status === 304 && known !== undefined) return keep({ ...known, checkedAt: now() });
      if (outcome.status !== 200) return { type: 'unavailable', reason: `${outcome.url} answers ${outcome.status}` };
      return keep(await pack(outcome.body, { name, registry, checkedAt: now(), etag: outcome.headers.get('etag') }));

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
    answerAt: async (url, { headers }) => {
      const known = held.get(url);
      if (known === undefined || !isFresh(known)) return undefined;
      const validators = known.etag === undefined ? new Map<string, string>() : new Map([['etag', known.etag]]);
      if (known.etag !== undefined && headers?.['if-none-match'] === known.etag) {
        return { type: 'response', status: 304, headers: validators, body: Buffer.alloc(0), url };
      }
      return { type: 'response', status: 200, headers: validators.set('content-type', 'application/json'), body: await known.body(), url };
    },
    bytes: held.bytes,
  };
}

const packed = { gzip: promisify(gzip), gunzip: promisify(gunzip) };
const worthPacking = 16 * 1024;

async function pack(whole: Buffer, rest: Omit<Held, 'body' | 'open' | 'digest' | 'size' | 'length'>): Promise<Held> {
  const { length } = whole;
  const small = length < worthPacking ? undefined : await packed.gzip(whole, { level: 1 });
  const body = small === undefined ? keeping(whole) : unpacking(small, new WeakRef(whole));
  const digest = createHash('sha256').update(whole).digest('base64url');
  return { ...rest, digest, length, size: small?.length ?? length, body, open: opening(body) };
}

function keeping(body: Buffer): () => Promise<Buffer> {
  return () => Promise.resolve(body);
}

/** Whoever asked for a document reads it at once: until memory is needed, it does not have to be unpacked for that. */
function unpacking(small: Buffer, whole: WeakRef<Buffer>): () => Promise<Buffer> {
  return async () => whole.deref() ?? packed.gunzip(small);
}

/** The gate, the document that is written and the tarball that is asked for next read the same one. */
function opening(body: () => Promise<Buffer>): () => Promise<OpenPackument | undefined> {
  let opened: WeakRef<OpenPackument> | undefined;
  return async () => {
    const packument = opened?.deref() ?? openPackument(await body());
    opened = packument && new WeakRef(packument);
    return packument;
  };
}

/** As npm writes it: the scope's `@` stays, the slash does not. The name is one that `isPackageName` accepts. */
function encodedName(name: string): string {
  return name.replace('/', '%2f');
}
