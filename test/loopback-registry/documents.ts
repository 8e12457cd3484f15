import type { BuiltRelease } from './release.ts';
import { definedOnly } from './release.ts';
import type { RegistrySigner } from './signing.ts';

const abbreviatedFields = [
  'name', 'version', 'deprecated', 'dependencies', 'optionalDependencies', 'devDependencies', 'bundleDependencies', 'peerDependencies',
  'peerDependenciesMeta', 'bin', 'directories', 'dist', 'engines', 'cpu', 'os', 'libc', 'funding', '_hasShrinkwrap', 'license',
]; // prettier-ignore

export interface DocumentContext {
  readonly origin: string;
  /** Undefined for a registry that does not sign. */
  readonly signer: RegistrySigner | undefined;
  /** `name@version` of the versions that have attestations. */
  readonly attested: ReadonlySet<string>;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** A version's manifest as the public registry serves it. */
export function manifestOf(built: BuiltRelease, context: DocumentContext): JsonObject {
  const { name, version, publisher, trustedPublisher, maintainers = [], dist } = built.options;
  const url = `${context.origin}/${name}/-/${name.slice(name.lastIndexOf('/') + 1)}-${version}.tgz`;
  const integrity = typeof dist?.['integrity'] === 'string' ? dist['integrity'] : built.integrity;
  return definedOnly({
    ...built.manifest,
    _id: `${name}@${version}`,
    maintainers,
    _npmUser:
      publisher === undefined
        ? undefined
        : {
            ...publisher,
            ...(trustedPublisher === undefined ? {} : { trustedPublisher: { id: trustedPublisher, oidcConfigId: 'oidc:1' } }),
          },
    dist: definedOnly({
      integrity,
      shasum: built.shasum,
      tarball: url,
      fileCount: built.fileCount,
      unpackedSize: built.unpackedSize,
      signatures:
        context.signer === undefined ? undefined : [{ keyid: context.signer.keyid, sig: context.signer.sign(name, version, integrity) }],
      attestations: context.attested.has(`${name}@${version}`)
        ? {
            url: `${context.origin}/-/npm/v1/attestations/${name}@${version}`,
            provenance: { predicateType: 'https://slsa.dev/provenance/v1' },
          }
        : undefined,
      ...dist,
    }),
  });
}

/** The full document of one package, releases in the order given. */
export function fullDocument(releases: readonly BuiltRelease[], context: DocumentContext): JsonObject {
  const newest = releases.at(-1);
  const name = newest?.options.name;
  const published = releases.map(({ options }) => [options.version, options.publishedAt ?? '2020-01-01T00:00:00.000Z'] as const);
  const instants = published.map(([, instant]) => instant).sort();
  const tags = releases.flatMap(({ options }) => (options.tags ?? []).map((tag) => [tag, options.version] as const));
  return definedOnly({
    _id: name,
    _rev: '1-0',
    name,
    'dist-tags': { latest: newest?.options.version, ...Object.fromEntries(tags) },
    versions: Object.fromEntries(releases.map((built) => [built.options.version, manifestOf(built, context)])),
    time: { created: instants[0], modified: instants.at(-1), ...Object.fromEntries(published) },
    maintainers: newest?.options.maintainers ?? [],
    license: newest?.manifest['license'],
    repository: newest?.manifest['repository'],
    readme: `# ${name}\n`,
  });
}

/** The document that the registry answers to `application/vnd.npm.install-v1+json`: no times, no people. */
export function abbreviatedDocument(full: JsonObject): JsonObject {
  const versions = Object.entries(objectOf(full['versions'])).map(([version, value]) => {
    const manifest = objectOf(value);
    const kept = abbreviatedFields.filter((field) => field in manifest).map((field) => [field, manifest[field]] as const);
    const hasScript = ['preinstall', 'install', 'postinstall'].some((event) => event in objectOf(manifest['scripts']));
    return [version, { ...Object.fromEntries(kept), ...(hasScript ? { hasInstallScript: true } : {}) }] as const;
  });
  return {
    name: full['name'],
    modified: objectOf(full['time'])['modified'],
    'dist-tags': full['dist-tags'],
    versions: Object.fromEntries(versions),
  };
}

function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {}; // documents are ours: objects of strings
}
