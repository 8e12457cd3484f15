/** What one firewall lets clients and upstream cost. */
export interface FirewallLimits {
  /** Open sockets of clients. */
  readonly connections: number;
  /** Requests per second and client address, sustained; twenty seconds' worth may come at once. Hundreds of installs may share an address. */
  readonly requestsPerSecond: number;
  /** Milliseconds for a client to send its headers; its body has three times as long. */
  readonly headersTimeout: number;
  /** Milliseconds in which a client that is being answered must take some bytes. */
  readonly idleTimeout: number;
  /** Milliseconds for evidence and judgement of one version; clients themselves give up after 30 to 60 s. */
  readonly decisionTimeout: number;
  /** Bytes that a client may send; questions about advisories are the largest. */
  readonly requestBytes: number;
  /** Bytes of a registry document, unpacked. */
  readonly packumentBytes: number;
  /** Bytes of a tarball, as it is downloaded. */
  readonly tarballBytes: number;
  /** Bytes of answers that slow clients have not taken yet. */
  readonly sendingBytes: number;
  /** Bytes of registry documents and of tarballs that are kept for the next question, each. */
  readonly keptBytes: number;
  /** Milliseconds for which a registry document is given out without asking the registry whether it has changed. */
  readonly documentFreshness: number;
  /** Milliseconds for which a decision holds: advisories and ages move on. */
  readonly decisionFreshness: number;
  /** Milliseconds after which the gate is opened anew: its cache is then written, and the policy read again. */
  readonly gateLifetime: number;
}

export const defaultLimits: FirewallLimits = {
  connections: 1_024,
  requestsPerSecond: 10_000,
  headersTimeout: 10_000,
  idleTimeout: 60_000,
  decisionTimeout: 25_000,
  requestBytes: 8 * 1024 * 1024,
  packumentBytes: 64 * 1024 * 1024,
  tarballBytes: 256 * 1024 * 1024,
  sendingBytes: 512 * 1024 * 1024,
  keptBytes: 96 * 1024 * 1024,
  documentFreshness: 60_000,
  decisionFreshness: 300_000,
  gateLifetime: 3_600_000,
};
