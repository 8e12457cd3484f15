/** Addresses in a lockfile that a client follows to the letter, led to the firewall for one run and back again. */
export interface LeadOptions {
  /** Name of the lockfile, which says what it looks like. */
  readonly file: string;
  /** `http://127.0.0.1:4873`, no slash at the end. */
  readonly origin: string;
  /** The default registry and its other names, itself first, with trailing slash. */
  readonly defaults: readonly string[];
  /** Further registries that are configured, with trailing slash. */
  readonly others: readonly string[];
  /** The registry that a package belongs to, with trailing slash. */
  readonly registryFor: (name: string) => string;
}

/**
 * The lockfile as the client has to see it: every address on a configured registry is one on the firewall. Only yarn 1, yarn berry
 * (`__archiveUrl`), pnpm (`tarball:`) and bun follow such addresses as they are; npm asks its configured registry.
 */
export function ledToFirewall(text: string, options: LeadOptions): string {
  const { file, origin } = options;
  if (file === 'package-lock.json' || file === 'npm-shrinkwrap.json') return text;
  return registriesOf(options).reduce(
    (led, registry) => led.replaceAll(registry, `${origin}/`).replaceAll(encodeURIComponent(registry), encodeURIComponent(`${origin}/`)),
    text,
  );
}

/**
 * The lockfile without any address of the firewall. What stood there before stands there again; for what is new it is the
 * package's own registry in the way that this lockfile writes it, and nothing at all where the client writes nothing for a registry (bun).
 */
export function withoutFirewall(text: string, before: string | undefined, options: LeadOptions): string {
  const { origin, file } = options;
  if (!text.includes(origin) && !text.includes(encodeURIComponent(origin))) return text;
  const originals = originalAddresses(before ?? '', options);
  const restored = (address: string): string => originals.get(address) ?? registryAddress(address, before ?? '', options);
  const pattern = new RegExp(`${escaped(origin)}/[^\\s"'#,}\\])?]*`, 'g');
  const encoded = new RegExp(`${escaped(encodeURIComponent(`${origin}/`))}[^\\s"'#,&}\\])]*`, 'g');
  const plain = text.replaceAll(pattern, (address) => (file === 'bun.lock' && !originals.has(address) ? '' : restored(address)));
  return plain.replaceAll(encoded, (address) => encodeURIComponent(restored(percentDecoded(address))));
}

/** Firewall address to what the lockfile had before the run. */
function originalAddresses(before: string, options: LeadOptions): ReadonlyMap<string, string> {
  const originals = new Map<string, string>();
  for (const registry of registriesOf(options)) {
    const plain = new RegExp(`${escaped(registry)}[^\\s"'#,}\\])?]*`, 'g');
    const encoded = new RegExp(`${escaped(encodeURIComponent(registry))}[^\\s"'#,&}\\])]*`, 'g');
    const addresses = [...before.matchAll(plain)].map(([address]) => address);
    const decodedOnes = [...before.matchAll(encoded)].map(([address]) => percentDecoded(address));
    for (const address of [...addresses, ...decodedOnes]) originals.set(`${options.origin}/${address.slice(registry.length)}`, address);
  }
  return originals;
}

/** `<firewall>/<name>/-/<file>` at the registry of that name, under the host that the lockfile used for its other entries. */
function registryAddress(address: string, before: string, { origin, defaults, registryFor }: LeadOptions): string {
  const path = address.slice(origin.length + 1);
  const name = decoded(/^((?:@|%40)[^/]+(?:\/|%2f)[^/]+|[^/]+)/i.exec(path)?.[1] ?? '');
  const own = registryFor(name);
  const used = defaults.find((registry) => before.includes(registry));
  // Scoped names may have a registry of their own; only those of the default one go by what the file writes.
  return `${used !== undefined && own === defaults[0] ? used : own}${path}`;
}

/** The longest first: one may lie below another. */
function registriesOf({ defaults, others }: LeadOptions): readonly string[] {
  return [...new Set([...defaults, ...others])].sort((a, b) => b.length - a.length);
}

/** A malformed escape names no address that was led anywhere. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

function decoded(text: string): string {
  return text.replaceAll(/%2f/gi, '/').replaceAll(/%40/gi, '@');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}
