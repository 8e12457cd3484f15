import { readFileSync } from 'node:fs';
import type { ConnectionSettings } from '../model/http.ts';
import { noteBytesAt } from './looks.ts';
import type { PlacedSettings } from './npmrc-credentials.ts';
import { authorizationOf, placedKey, settingsFor } from './npmrc-credentials.ts';
import type { NpmrcInput } from './npmrc-levels.ts';
import { readNpmrcLevels } from './npmrc-levels.ts';
import { proxyChooser } from './npmrc-proxy.ts';
import type { RefusedSetting, Setting } from './npmrc-trust.ts';
import { resolveSettings } from './npmrc-trust.ts';

/** How this user and project reach their registries. */
export interface NpmConfiguration {
  /** URL with trailing slash, without credentials. */
  readonly registry: Setting<string>;
  /** Scope with its `@` to registry. */
  readonly scopes: ReadonlyMap<string, Setting<string>>;
  /** npm's own default: the public registry. */
  readonly publicRegistry: string;
  readonly connection: ConnectionSettings;
  readonly refused: readonly RefusedSetting[];
  /** Files that are named for TLS and cannot be read, as `key: path`. */
  readonly unreadable: readonly string[];
}

const longestHeadersTimeout = 15_000;

/**
 * npm's configuration for this project and user, with npm's own parser and precedence. What the project's file says is
 * followed for routing only, and no variable of the environment is expanded towards a host that only it names.
 * @throws GateError `configuration-invalid`
 */
export async function loadNpmConfiguration(input: NpmrcInput): Promise<NpmConfiguration> {
  const levels = await readNpmrcLevels(input);
  const { settings, refused } = resolveSettings(levels, input.env);
  const publicRegistry = withSlash(String(levels.get('default')?.get('registry')));
  const unreadable: string[] = [];

  const text = (key: string): string | undefined => nonEmpty(settings.get(key)?.value);
  const { placed, registries } = placesOf(settings);
  const caFile = text('cafile');
  const caText = caFile === undefined ? undefined : readPem('cafile', caFile, unreadable);
  const ca = caText === undefined ? listOf(settings.get('ca')?.value) : certificatesIn(caText);
  const timeout = Number(settings.get('fetch-timeout')?.value ?? Number.NaN);

  return {
    registry: registries.get('registry') ?? { value: publicRegistry, level: 'default' },
    scopes: new Map([...registries].filter(([key]) => key.startsWith('@')).map(([key, url]) => [key.slice(0, -':registry'.length), url])),
    publicRegistry,
    connection: {
      strictSsl: settings.get('strict-ssl')?.value !== false,
      ...(ca === undefined ? {} : { ca }),
      headersTimeout: timeout > 0 ? Math.min(timeout, longestHeadersTimeout) : longestHeadersTimeout,
      proxyFor: proxyChooser(text, input.env),
      authorizationFor: (url) => authorizationOf(settingsFor(url, placed)),
      clientCertificateFor: (url) => clientCertificate(settingsFor(url, placed), text, unreadable),
    },
    refused,
    unreadable,
  };
}

/** Splits settings by where they apply. Credentials inside a registry's URL become credentials of that place. */
function placesOf(settings: ReadonlyMap<string, Setting<unknown>>): {
  readonly placed: PlacedSettings;
  readonly registries: ReadonlyMap<string, Setting<string>>;
} {
  const placed = new Map<string, Map<string, string>>();
  const registries = new Map<string, Setting<string>>();
  const place = (at: string, setting: string, value: string): void => {
    placed.set(at, (placed.get(at) ?? new Map<string, string>()).set(setting, value));
  };
  for (const [key, { value, level }] of settings) {
    if (typeof value !== 'string') continue;
    if (key === 'registry' || /^@[^:]+:registry$/.test(key)) {
      const url = httpUrl(value);
      if (url === undefined) continue;
      const { username, password } = url;
      url.username = '';
      url.password = '';
      if (username !== '') {
        const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
        place(`//${url.host}${url.pathname}`, '_auth', Buffer.from(plain).toString('base64'));
      }
      registries.set(key, { value: url.href, level });
    }
    const keyed = placedKey(key);
    if (keyed !== undefined) place(keyed.place, keyed.setting, value);
  }
  return { placed, registries };
}

function httpUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  url.pathname = withSlash(url.pathname);
  url.search = '';
  url.hash = '';
  return url;
}

function clientCertificate(
  settings: ReadonlyMap<string, string> | undefined,
  text: (key: string) => string | undefined,
  unreadable: string[],
): { readonly cert: string; readonly key: string } | undefined {
  const certFile = settings?.get('certfile');
  const keyFile = settings?.get('keyfile');
  const cert = certFile === undefined ? text('cert') : readPem('certfile', certFile, unreadable);
  const key = keyFile === undefined ? text('key') : readPem('keyfile', keyFile, unreadable);
  // npmrc files write line breaks of PEM texts as \n.
  return cert === undefined || key === undefined ? undefined : { cert: cert.replaceAll('\\n', '\n'), key: key.replaceAll('\\n', '\n') };
}

function readPem(key: string, path: string, unreadable: string[]): string | undefined {
  try {
    noteBytesAt(path);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    unreadable.push(`${key}: ${path}`);
    return undefined;
  }
}

function certificatesIn(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [pem];
}

function listOf(value: unknown): readonly string[] | undefined {
  const list = (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string' && item !== '');
  return list.length === 0 ? undefined : list.map((item) => item.replaceAll('\\n', '\n'));
}

/** npm keeps some settings as lists, such as `noproxy`. */
function nonEmpty(value: unknown): string | undefined {
  const text: unknown = Array.isArray(value) ? value.join(',') : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
