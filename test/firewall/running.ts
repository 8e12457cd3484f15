import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import type { Decision } from '../../src/firewall/decision.ts';
import type { FirewallEvent } from '../../src/firewall/events.ts';
import { type Firewall, type FirewallOptions, startFirewall } from '../../src/firewall/firewall.ts';
import { createGate } from '../../src/gate.ts';
import { type BuiltRelease } from '../loopback-registry/release.ts';
import { type LoopbackRegistry, type RegistryOptions, startRegistry } from '../loopback-registry/registry.ts';
import { type Milliseconds, milliseconds } from '../../src/model/units.ts';

/** The instant at which these tests happen; releases of the loopback registry are from 2020 unless they say otherwise. */
export const today: Milliseconds = milliseconds(Date.parse('2026-11-25T12:00:00Z'));

/** What a firewall in front of a loopback registry is told, and what it told. */
export interface RunningFirewall extends Firewall {
  readonly events: FirewallEvent[];
  /** The decision about `name@version`, in one word. */
  readonly actionOf: (label: string) => Decision['action'] | undefined;
}

export interface RunningOptions {
  readonly registry: string;
  readonly policy?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly npmrc?: string;
  readonly now?: () => Milliseconds;
  readonly firewall?: Partial<FirewallOptions>;
}

/** Policy of a registry that is not the public one and offers what the loopback registry does. */
export const ordinaryPolicy = 'version: 1\n';

/** A firewall with a cache and a home of its own. */
export async function startRunning(options: RunningOptions): Promise<RunningFirewall> {
  const home = mkdtempSync(join(tmpdir(), 'lockgate-firewall-'));
  const now = options.now ?? ((): Milliseconds => today);
  const events: FirewallEvent[] = [];
  const variables = {
    HOME: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    npm_config_registry: options.registry,
    npm_config_userconfig: join(home, '.npmrc'),
    ...options.variables,
  };
  const firewall = await startFirewall({
    port: 0,
    now,
    onEvent: (event) => events.push(event),
    openGate: (transport) =>
      createGate({
        now: now(),
        variables,
        isDeep: true,
        transport,
        policy: { text: options.policy ?? ordinaryPolicy, path: 'lockgate.yaml' },
        ...(options.npmrc === undefined ? {} : { npmrc: options.npmrc }),
      }),
    ...options.firewall,
  });
  return {
    ...firewall,
    events,
    actionOf: (label) => firewall.decisions().findLast(({ name, version }) => `${name}@${version}` === label)?.action,
  };
}

export interface Answer {
  readonly status: number;
  readonly phrase: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as JSON. */
  readonly json: () => Readonly<Record<string, unknown>>;
}

/** Sends a request whose target goes out byte for byte as it is given here. */
export function ask(
  firewall: Pick<Firewall, 'origin'>,
  path: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string | Buffer } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(firewall.origin);
  const length = options.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(options.body)) };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { hostname, port, path, method: options.method ?? 'GET', headers: { ...length, ...options.headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = unpacked(Buffer.concat(chunks), response.headers['content-encoding']);
          const { statusCode: status = 0, statusMessage: phrase = '', headers } = response;
          resolve({ status, phrase, headers, body, json: () => JSON.parse(body.toString('utf8')) as Readonly<Record<string, unknown>> }); // any object
        });
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });
}

function unpacked(body: Buffer, encoding: string | undefined): Buffer {
  // An answer of 304 names the encoding of what it does not send.
  if (body.length === 0) return body;
  if (encoding === 'gzip') return gunzipSync(body);
  return encoding === 'br' ? brotliDecompressSync(body) : body;
}

/** Everything that a test opened, closed in the opposite order. */
const open: (() => Promise<void>)[] = [];

/** Closed with `closeAll`. */
export function closeLater(close: () => Promise<void>): void {
  open.push(close);
}

export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}

/** A registry with these releases, and a firewall in front of it. */
export async function startBoth(
  releases: readonly BuiltRelease[],
  options: Partial<RunningOptions> & { readonly upstream?: RegistryOptions } = {},
): Promise<{ readonly registry: LoopbackRegistry; readonly firewall: RunningFirewall }> {
  const registry = await startRegistry(releases, options.upstream);
  closeLater(registry.close);
  const firewall = await startRunning({ registry: registry.url, ...options });
  closeLater(firewall.stop);
  return { registry, firewall };
}
