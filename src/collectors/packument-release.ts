import type { Person, PublishedRelease, Release } from '../evidence/packument.ts';
import type { Hash, Integrity } from '../model/integrity.ts';
import { hashFromHex, integrityOf, parseIntegrity } from '../model/integrity.ts';
import { isRecord } from '../model/json.ts';
import { type WantedKeys, wantedKeys } from './json-bytes.ts';
import type { Manifest } from './manifest.ts';

const installEvents = ['preinstall', 'install', 'postinstall'];
const longestLicence = 4_096;

/** The keys of a manifest that make a release. */
export const releaseKeys: WantedKeys = wantedKeys([
  'version',
  'name',
  'dist',
  'scripts',
  'hasInstallScript',
  'gypfile',
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bin',
  'license',
  'licenses',
  'licence',
  'deprecated',
  '_npmUser',
  'maintainers',
  'repository',
]);

/**
 * One version's manifest as the registry serves it, reduced to what checks read. A field of another type than npm writes is
 * as good as absent. Undefined where the manifest is no object or names another version than it is listed under.
 */
export function releaseOf(version: string, publishedAt: number | undefined, manifest: Manifest): Release | undefined {
  if (!isListedRightly(version, manifest)) return undefined;
  const dist = recordOf(manifest.get('dist'));
  const signatures = signaturesOf(dist['signatures']);
  const { publisher, trustedPublisher } = manifest.shared('_npmUser', publisherOf);
  const { url, directory } = manifest.shared('repository', repositoryFieldsOf);
  return defined({
    version,
    publishedAt,
    integrity: integrityFrom(dist),
    tarball: textOf(dist['tarball']),
    installScripts: manifest.shared('scripts', installScriptsOf),
    hasInstallScript: booleanOf(manifest.get('hasInstallScript')),
    hasGypfile: booleanOf(manifest.get('gypfile')),
    dependencies: manifest.shared('dependencies', stringMapOf),
    optionalDependencies: manifest.shared('optionalDependencies', stringMapOf),
    peerDependencies: peersOf(manifest.shared('peerDependencies', asItIs), manifest.shared('peerDependenciesMeta', asItIs)),
    bin: commandsOf(manifest.shared('bin', asItIs), manifest.get('name')),
    licence: licenceOf(manifest.shared('license', asItIs) ?? manifest.shared('licenses', asItIs) ?? manifest.shared('licence', asItIs)),
    deprecated: deprecationOf(manifest.get('deprecated')),
    publisher,
    maintainers: manifest.shared('maintainers', maintainersOf),
    trustedPublisher,
    isSigned: isSignedBy(signatures),
    signatures,
    attestations: attestationsOf(dist),
    fileCount: countOf(dist['fileCount']),
    unpackedSize: countOf(dist['unpackedSize']),
    repository: url,
    repositoryDirectory: directory,
  });
}

/** The same of a version that others are compared with, reduced to how it was published. */
export function publishedReleaseOf(version: string, publishedAt: number | undefined, manifest: Manifest): PublishedRelease | undefined {
  if (!isListedRightly(version, manifest)) return undefined;
  const dist = recordOf(manifest.get('dist'));
  const attestations = attestationsOf(dist);
  const { publisher, trustedPublisher } = manifest.shared('_npmUser', publisherOf);
  return defined({
    version,
    publishedAt,
    integrity: attestations === undefined ? undefined : integrityFrom(dist),
    publisher,
    maintainers: manifest.shared('maintainers', maintainersOf),
    trustedPublisher,
    isSigned: isSignedBy(signaturesOf(dist['signatures'])),
    attestations,
    repository: manifest.shared('repository', repositoryFieldsOf).url,
  });
}

/** What of a release is kept where only its publication counts. */
export function asEarlier(release: PublishedRelease): PublishedRelease {
  const { version, publishedAt, publisher, maintainers, trustedPublisher, isSigned, attestations, repository } = release;
  const integrity = attestations === undefined ? undefined : release.integrity;
  return defined({ version, publishedAt, integrity, publisher, maintainers, trustedPublisher, isSigned, attestations, repository });
}

function isListedRightly(version: string, manifest: Manifest): boolean {
  if (!manifest.isObject) return false;
  const named = manifest.get('version');
  return named === undefined || named === version;
}

function isSignedBy(signatures: Release['signatures']): true | undefined {
  return signatures !== undefined && signatures.length > 0 ? true : undefined;
}

function attestationsOf(dist: Readonly<Record<string, unknown>>): string | undefined {
  return textOf(recordOf(dist['attestations'])['url']);
}

/** The peers that are not optional; absent where there are none. */
function peersOf(peers: unknown, meta: unknown): Readonly<Record<string, string>> | undefined {
  const isOptional = (name: string): boolean => {
    const about = isRecord(meta) && Object.hasOwn(meta, name) ? meta[name] : undefined;
    return isRecord(about) && about['optional'] === true;
  };
  const required = stringsOf(peers, (name) => !isOptional(name));
  return Object.keys(required).length === 0 ? undefined : required;
}

function publisherOf(value: unknown) {
  const publisher = isRecord(value) ? value : undefined;
  return { publisher: personOf(publisher), trustedPublisher: trustedPublisherOf(publisher) };
}

function repositoryFieldsOf(value: unknown) {
  return { url: repositoryOf(value), directory: textOf(recordOf(value)['directory']) };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function installScriptsOf(value: unknown): Readonly<Record<string, string>> {
  return stringsOf(value, (event) => installEvents.includes(event));
}

function stringMapOf(value: unknown): Readonly<Record<string, string>> {
  return stringsOf(value);
}

function asItIs(value: unknown): unknown {
  return value;
}

/** A maintainer or publisher; npm has also written `name <mail>`. */
export function personOf(value: unknown): Person | undefined {
  if (typeof value === 'string') {
    const match = /^([^<>]{1,200}?) ?<([^<>]{1,200})>$/.exec(value.trim());
    return match?.[1] === undefined
      ? textOf(value) === undefined
        ? undefined
        : { name: value }
      : defined({ name: match[1], email: match[2] });
  }
  if (!isRecord(value)) return undefined;
  const name = textOf(value['name']);
  return name === undefined ? undefined : defined({ name, email: textOf(value['email']) });
}

/** The repository's address, as a manifest gives it: a string or an object with `url`. */
export function repositoryOf(value: unknown): string | undefined {
  return textOf(isRecord(value) ? value['url'] : value);
}

/** An object with its string members only; without a prototype, so that no name is special. */
export function stringsOf(value: unknown, isWanted: (key: string) => boolean = () => true): Readonly<Record<string, string>> {
  const strings: Record<string, string> = Object.create(null) as Record<string, string>; // Object.create is untyped
  if (!isRecord(value)) return strings;
  for (const [key, member] of Object.entries(value)) if (typeof member === 'string' && isWanted(key)) strings[key] = member;
  return strings;
}

/** Leaves out what is undefined: absent means absent. */
export function defined<T extends object>(value: T): Defined<T> {
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member: unknown = value[key as keyof T]; // it is one of its keys
    if (member !== undefined) kept[key] = member;
  }
  return kept as Defined<T>; // only members that hold undefined were left out
}

type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

function integrityFrom(dist: Readonly<Record<string, unknown>>): Integrity | undefined {
  const hashes: Hash[] = [...(typeof dist['integrity'] === 'string' ? (parseIntegrity(dist['integrity']) ?? []) : [])];
  const shasum = typeof dist['shasum'] === 'string' ? hashFromHex('sha1', dist['shasum']) : undefined;
  if (shasum !== undefined) hashes.push(shasum);
  return integrityOf(hashes);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function countOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** `bin` is a map, or one path for a command with the package's own name (without its scope). */
function commandsOf(bin: unknown, name: unknown): readonly string[] {
  if (typeof bin === 'string' && typeof name === 'string') return [name.slice(name.lastIndexOf('/') + 1)];
  return bin === undefined ? noCommands : Object.keys(stringsOf(bin)).sort();
}

const noCommands: readonly string[] = [];

function licenceOf(value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  return JSON.stringify(value).length <= longestLicence ? value : undefined;
}

/** The registry also writes `true`, and an empty text where a deprecation was taken back. */
function deprecationOf(value: unknown): string | undefined {
  return value === true ? 'deprecated' : textOf(value);
}

/** Names alone are compared; a hundred accounts are more than any package has. */
function maintainersOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.slice(0, 100).flatMap((person: unknown) => personOf(person)?.name ?? []);
}

function trustedPublisherOf(publisher: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const trusted = publisher?.['trustedPublisher'];
  return isRecord(trusted) ? textOf(trusted['id']) : textOf(trusted);
}

function signaturesOf(value: unknown): Release['signatures'] {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((signature: unknown) => {
    if (!isRecord(signature)) return [];
    const { keyid, sig } = signature;
    return typeof keyid === 'string' && typeof sig === 'string' ? [{ keyid, sig }] : [];
  });
}
