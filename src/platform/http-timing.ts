/** How patient the client is. Tests shorten these. */
export interface HttpTiming {
  /** Milliseconds before the first retry; the second waits four times as long. Jitter halves it at random. */
  readonly retryDelay: number;
  /** Milliseconds for a connection to be made, TLS included. */
  readonly connectTimeout: number;
  /** Milliseconds in which at least 1,024 bytes of a body must arrive. */
  readonly stallTimeout: number;
  /** Milliseconds for one attempt altogether. */
  readonly attemptTimeout: number;
  /** Milliseconds for which an origin that could not be reached three times in a row is not asked. */
  readonly circuitTimeout: number;
}

/** For a registry behind a slow line. */
export const defaultTiming: HttpTiming = {
  retryDelay: 200,
  connectTimeout: 5_000,
  stallTimeout: 10_000,
  attemptTimeout: 120_000,
  circuitTimeout: 30_000,
};
