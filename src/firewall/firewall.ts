import type { Gate } from '../gate.ts';
import { GateError } from '../model/gate-error.ts';
import type { ConnectionSettings, HttpClient } from '../model/http.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import type { Milliseconds } from '../model/units.ts';
import { type RunningServer, type ServerRequest, listen } from '../platform/server.ts';
import { isLoopback } from '../platform/local-address.ts';
import { heldMemory } from '../platform/memory.ts';
import { createAccess } from './access.ts';
import { createAdvisorySharing } from './advisory-sharing.ts';
import { createAnswering } from './answering.ts';
import { refusal } from './answers.ts';
import type { Decision } from './decision.ts';
import { createDecisionRecord } from './decision-record.ts';
import { createDocuments } from './documents.ts';
import type { FirewallEvent } from './events.ts';
import { openGates } from './gates.ts';
import { type FirewallLimits, defaultLimits } from './limits.ts';
import { createMetrics } from './metrics.ts';
import { createPackuments } from './packuments.ts';
import { createQuestions } from './questions.ts';
import { createReleases } from './releases.ts';
import { routeOf } from './route.ts';
import { createTarballs } from './tarballs.ts';
import { createUpstream } from './upstream.ts';

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
  /** The last decision about each version that was not simply left alone: the newest 5,000 hidden ones, 20,000 that may be had or are not there, 20,000 that were stopped. */
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
  const { now, onEvent, token, publicUrl, host = '127.0.0.1' } = options;
  if (!isLoopback(host) && token === undefined) {
    throw new GateError('usage', `${host} can be reached by others: clients have to present a token there`);
  }
  const metrics = createMetrics();
  const record = createDecisionRecord(onEvent, metrics.decided);
  const upstream = createUpstream({
    documentAt: (url, request) => documents.answerAt(url, request),
    advisories: createAdvisorySharing(now),
    now,
    onAnswer: (asked, outcome, milliseconds) => {
      metrics.asked(asked, outcome.type === 'response' ? String(outcome.status) : outcome.reason, milliseconds);
      if (outcome.type === 'failed' && outcome.reason !== 'too-large') onEvent({ type: 'trouble', what: outcome.detail });
    },
  });
  const open = async (): Promise<Gate> => {
    const gate = await options.openGate(upstream.transport);
    if (listening.port !== undefined) refuseLoop(gate, hostsOf(host, listening.port, publicUrl));
    upstream.adopt();
    return gate;
  };
  const listening: { port?: number } = {};
  const gates = await openGates({ open, lifetime: limits.gateLifetime, onEvent });
  const registries = (): RegistryDirectory => gates.current().registries;
  const documents = createDocuments({ upstream, registries, limits, now });
  const stages = { documents, releases: createReleases(), gate: gates.current, limits, now, onDecision: record.add };
  const packuments = createPackuments(stages);
  const tarballs = createTarballs({ ...stages, upstream });
  const questions = createQuestions({ upstream, registries, registry: () => gates.current().npm.registry.value, limits });
  gates.onChange(() => {
    packuments.forget();
    tarballs.forget();
  });

  const gauges = (): Readonly<Record<string, number>> => {
    const { resident, heap } = heldMemory();
    return {
      connections: server.openConnections(),
      resident_memory_bytes: resident,
      heap_used_bytes: heap,
      documents_held_bytes: documents.bytes() + packuments.bytes(),
      tarballs_held_bytes: tarballs.bytes(),
    };
  };
  const access = (port: number): ReturnType<typeof createAccess> =>
    // A page in a browser does not have the token: then the name that it gave this machine does not matter.
    createAccess({
      token,
      hosts: token === undefined ? hostsOf(host, port, publicUrl) : undefined,
      requestsPerSecond: limits.requestsPerSecond,
      now,
    });
  const answering = createAnswering({
    packuments,
    tarballs,
    questions,
    publicUrl,
    metrics: (more) => metrics.render({ ...gauges(), ...more }),
  });
  let mayEnter: ReturnType<typeof createAccess> | undefined;
  const server: RunningServer = await listen({
    port: options.port,
    host,
    maxConnections: limits.connections,
    headersTimeout: limits.headersTimeout,
    idleTimeout: limits.idleTimeout,
    maxBodyBytes: limits.requestBytes,
    maxSendingBytes: limits.sendingBytes,
    answer: (request) => answering(request, (mayEnter ??= access(server.port))),
    refuseTunnel: () => refusal('nothing may go around this registry: it opens no tunnel'),
    onExchange: ({ request, status, bytes, milliseconds }) => {
      metrics.requestEnded(routeOf(request.method, request.target).type, status, milliseconds);
      onEvent({ type: 'request', ...described(request), status, bytes, milliseconds: Math.round(milliseconds) });
    },
    onBug: (error) =>
      onEvent({ type: 'trouble', what: `a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }),
  }).catch(async (error: unknown) => {
    await gates.close();
    throw error;
  });
  listening.port = server.port;
  try {
    refuseLoop(gates.current(), hostsOf(host, server.port, publicUrl));
  } catch (error) {
    await server.stop(0);
    await gates.close();
    throw error;
  }
  const origin = `http://${bracketed(host)}:${server.port}`;
  onEvent({
    type: 'listening',
    origin: publicUrl ?? origin,
    registry: gates.current().npm.registry.value,
    policy: policyName(gates.current()),
  });
  return {
    origin,
    decisions: record.all,
    reload: gates.reload,
    stop: async () => {
      await server.stop(5_000);
      await gates.close();
      onEvent({ type: 'stopped' });
    },
  };
}

/**
 * Whoever set this user's registry to the firewall and starts it again has it ask itself for ever.
 * @throws GateError `configuration-invalid`
 */
function refuseLoop({ npm }: Gate, own: ReadonlySet<string>): void {
  const registry = [npm.registry, ...npm.scopes.values()].find(({ value }) => own.has(new URL(value).host));
  if (registry === undefined) return;
  throw new GateError('configuration-invalid', `npm is configured with ${registry.value}, which is this firewall itself`, {
    hint: 'name the registry behind it: lockgate serve --registry URL',
  });
}

/** The hosts under which it is reached, as far as it knows. */
function hostsOf(host: string, port: number, publicUrl: string | undefined): ReadonlySet<string> {
  const local = ['127.0.0.1', 'localhost', '[::1]', bracketed(host)].map((name) => `${name}:${port}`);
  return new Set([...local, ...(publicUrl === undefined ? [] : [new URL(publicUrl).host])]);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function described({ method, target, client, headers }: ServerRequest): Pick<RequestEvent, 'method' | 'path' | 'client' | 'agent'> {
  const path = target.replace(/[?#].*$/s, '').slice(0, 300);
  return { method, path, client, agent: (headers.get('user-agent') ?? '').slice(0, 100) };
}

type RequestEvent = Extract<FirewallEvent, { readonly type: 'request' }>;

function policyName({ policy }: Gate): string {
  return policy.path ?? 'the built-in policy';
}
