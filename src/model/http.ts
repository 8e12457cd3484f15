import type { UnavailableReason } from './evidence.ts';

/** What one request may cost and carry. */
export interface HttpRequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The run's deadline; its abort ends the request with the reason `deadline`. */
  readonly signal?: AbortSignal;
  /** Largest body on the wire, in bytes. */
  readonly maxBytes?: number;
  /** Largest body after decompression, in bytes. */
  readonly maxDecodedBytes?: number;
  /** The body of a POST travels gzipped. */
  readonly isBodyGzipped?: true;
  /** A redirect is the answer and is not followed: what is sent is meant for this address alone. */
  readonly isRedirectFinal?: true;
  /** The body of an answer 200 may stay as it travelled, for who unpacks it elsewhere; `isPacked` tells whether it did. */
  readonly isBodyLeftPacked?: true;
}

/** What came of one request. An answer of any status is a response; everything else is a reason, never an exception. */
export type HttpOutcome =
  | {
      readonly type: 'response';
      readonly status: number;
      /** Lower-case names; repeated fields are joined with `, `. */
      readonly headers: ReadonlyMap<string, string>;
      /** Decompressed. Shared between requests that were made at the same time: never written to. */
      readonly body: Buffer;
      /** The body is not decompressed: whoever asked for that unpacks it by the header `content-encoding`. */
      readonly isPacked?: true;
      /** The body as it travelled, where it was packed: by the header `content-encoding`. For who keeps it for a while. */
      readonly packed?: Buffer;
      /** Gives back the memory of both bodies, which are empty then; without effect where another request shares them. */
      readonly letGo?: () => void;
      /** Where the answer came from after redirects, without credentials or query. */
      readonly url: string;
    }
  | { readonly type: 'failed'; readonly reason: UnavailableReason; readonly detail: string };

/** The only way to metadata over the network: bounded, retried, authorised by configuration; http and https alone. */
export interface HttpClient {
  readonly get: (url: string, options?: HttpRequestOptions) => Promise<HttpOutcome>;
  /** Sends a JSON body. Retried like a GET: only for endpoints that change nothing. */
  readonly post: (url: string, body: string, options?: HttpRequestOptions) => Promise<HttpOutcome>;
  readonly close: () => Promise<void>;
}

/** How a registry wants to be reached; the part of a configuration that the HTTP client needs. */
export interface ConnectionSettings {
  readonly strictSsl: boolean;
  /** Certificate authorities in PEM; replace the built-in ones. */
  readonly ca?: readonly string[];
  /** Milliseconds until an answer must have begun. */
  readonly headersTimeout: number;
  /** URL of the proxy for a request, or undefined for a direct connection. May hold credentials: never printed. */
  readonly proxyFor: (url: URL) => string | undefined;
  /** The Authorization header for a URL, or undefined. */
  readonly authorizationFor: (url: URL) => string | undefined;
  /** The client certificate for a URL. */
  readonly clientCertificateFor: (url: URL) => { readonly cert: string; readonly key: string } | undefined;
}
