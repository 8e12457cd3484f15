import type { Gate } from '../gate.ts';
import type { ConnectionSettings, HttpClient } from '../model/http.ts';
import type { Milliseconds } from '../model/units.ts';
import type { Decision } from './decision.ts';
import type { FirewallEvent } from './events.ts';
import { type FirewallLimits, defaultLimits } from './limits.ts';
import { listen } from '../platform/server.ts';
import { refusal } from './answers.ts';

export interface FirewallOptions {
  /** Port to bind, 0 for a free one. */
  readonly port: number;
  /** Address to bind; `127.0.0.1` unless it says otherwise. */
  readonly host?: string;
  /** Clients must present it, as a bearer token or as the password of basic credentials; required where `host` is not loopback. */
  readonly token?: string;
  /** The address that clients know the firewall by, where that is not where it listens: in a container, behind TLS. No slash at the end. */
  readonly publicUrl?: string;
  /**
   * Opens the gate that decides: `(transport) => createGate({ ..., isDeep: true, transport })`. Called at the start and from time to time
   * again, with what it replaces closed afterwards. It has the registries and their credentials: nobody else is told them.
   */
  readonly openGate: (transport: (settings: ConnectionSettings) => HttpClient) => Promise<Gate>;
  readonly now: () => Milliseconds;
  readonly onEvent: (event: FirewallEvent) => void;
  readonly limits?: Partial<FirewallLimits>;
}

/** A running registry firewall. */
export interface Firewall {
  /** `http://127.0.0.1:PORT`, no slash at the end. As npm's `registry` it takes one. */
  readonly origin: string;
  /** The last decision about each version that was not simply left alone, oldest first; the newest 20,000. */
  readonly decisions: () => readonly Decision[];
  /** Opens the gate anew, with the policy as it is now; on an error the old one stays, and the error is thrown. */
  readonly reload: () => Promise<void>;
  /** Lets running answers end for at most five seconds, then closes everything. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the registry proxy. CONNECT, requests that name another host, and everything that writes are answered with 403.
 * Throws `GateError` for a policy or configuration that it cannot use, and for an address that cannot be bound.
 */
export async function startFirewall(options: FirewallOptions): Promise<Firewall> {
  const limits = { ...defaultLimits, ...options.limits };
  const host = options.host ?? '127.0.0.1';
  const server = await listen({
    port: options.port,
    host,
    maxConnections: limits.connections,
    headersTimeout: limits.headersTimeout,
    idleTimeout: limits.idleTimeout,
    maxBodyBytes: limits.requestBytes,
    answer: () => Promise.resolve(refusal('nothing is answered yet')),
    refuseTunnel: () => refusal('nothing may go around this registry: it opens no tunnel'),
    onExchange: () => undefined,
    onBug: () => undefined,
  });
  return {
    origin: `http://${host}:${server.port}`,
    decisions: () => [],
    reload: () => Promise.resolve(),
    stop: () => server.stop(5_000),
  };
}
