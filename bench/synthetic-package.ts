import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { decodePopularity } from '../src/names/popularity-format.ts';

/** One generated package: how large its document is and which versions it has follow from its name alone. */
export interface SyntheticPackage {
  readonly name: string;
  readonly index: number;
  /** The version that the lockfile holds; every second package has a newer one. */
  readonly locked: string;
  readonly versions: readonly string[];
}

export interface SyntheticOptions {
  readonly packages: number;
  /** Multiplies the size of every document; 1 is what the public registry has. */
  readonly scale: number;
  /** One package has a document of 40 MB. */
  readonly hasLargeDocument: boolean;
}

/** Plain bytes of one version in a full document, and of a document without its versions. */
const bytesOfVersion = 2200;
const bytesOfFrame = 8000;
const largeDocument = 40_000_000;

/** Plain bytes of full documents by quantile: what `performance.md` measured on the wire, times 8.1 for gzip. */
const sizes: readonly (readonly [quantile: number, bytes: number])[] = [
  [0, 12_000],
  [0.1, 24_000],
  [0.5, 71_000],
  [0.9, 454_000],
  [0.99, 2_600_000],
  [1, 8_100_000],
];

/** As real lockfiles are: popular names, and one in two hundred that no list knows. */
export function syntheticPackages(
  { packages, scale, hasLargeDocument }: SyntheticOptions,
  popularity: Uint8Array,
): readonly SyntheticPackage[] {
  const popular = mostPopular(popularity, packages);
  return Array.from({ length: packages }, (_, index) => {
    const name = index % 200 === 199 ? `unlisted-thing-${index}` : (popular[index] ?? `further-thing-${index}`);
    const bytes = hasLargeDocument && index === packages >> 1 ? largeDocument : sizeAt(fraction(name, 'size')) * scale;
    const count = Math.max(1, Math.round((bytes - bytesOfFrame) / bytesOfVersion));
    const versions = Array.from(
      { length: count },
      (_unused, at) => `${1 + Math.floor(at / 400)}.${Math.floor((at % 400) / 10)}.${at % 10}`,
    );
    return { name, index, versions, locked: versions.at(index % 2 === 0 || count === 1 ? -1 : -2) ?? '1.0.0' };
  });
}

/** Indexes of the packages that a package depends on: a tree eight wide, with a further edge here and there. */
export function dependenciesOf(index: number, packages: number): readonly number[] {
  const children = Array.from({ length: 8 }, (_, at) => (index + 1) * 8 + at).filter((child) => child < packages);
  const further = index * 3 + 5;
  return further < packages && !children.includes(further) ? [...children, further] : children;
}

/** The digest that a made-up version is locked to; there are no bytes to it. */
export function integrityOf(name: string, version: string): string {
  return `sha512-${createHash('sha512').update(`${name}@${version}`).digest('base64')}`;
}

/** The registry's signing key is the public example of RFC 7517 (A.2): the same in every run, and worth nothing. */
export const registryKey: KeyObject = createPrivateKey({
  key: {
    kty: 'EC',
    crv: 'P-256',
    d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
    x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
    y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  },
  format: 'jwk',
});

/** The full document of a package, with the registry's signature on the version that is locked. */
export function documentOf({ name, versions, locked }: SyntheticPackage, origin: string, keyid: string): unknown {
  const short = name.slice(name.lastIndexOf('/') + 1);
  const people = [{ name: `${short}-owner`, email: 'owner@people.example' }];
  const repository = { type: 'git', url: `git+https://git.example/${short}/${short}.git` };
  const manifests = versions.map((version) => {
    const digest = createHash('sha1').update(`${name}@${version}`).digest('hex');
    const integrity = integrityOf(name, version);
    const sig =
      version === locked
        ? sign('sha256', Buffer.from(`${name}@${version}:${integrity}`), registryKey).toString('base64')
        : 'MEUCIQD'.padEnd(96, digest);
    return {
      name,
      version,
      description: `The ${short} that everybody uses, of version ${version}`,
      main: 'dist/index.js',
      scripts: { test: 'node --test', build: 'tsc -p tsconfig.json', lint: 'eslint .', prepublishOnly: 'npm run build && npm test' },
      repository,
      keywords: [short, 'fast', 'small', 'stream', 'parse'],
      author: people[0],
      license: 'MIT',
      bugs: { url: `https://git.example/${short}/${short}/issues` },
      homepage: `https://git.example/${short}/${short}#readme`,
      engines: { node: '>=18' },
      devDependencies: { typescript: '^5.9.0', eslint: '^9.0.0', '@types/node': '^22.0.0', prettier: '^3.6.0', rimraf: '^6.0.0' },
      gitHead: digest,
      _id: `${name}@${version}`,
      _nodeVersion: '22.11.0',
      _npmVersion: '10.9.0',
      dist: {
        integrity,
        shasum: digest,
        tarball: `${origin}/${name}/-/${short}-${version}.tgz`,
        fileCount: 42,
        unpackedSize: 123_456,
        signatures: [{ keyid, sig }],
      },
      _npmUser: people[0],
      directories: {},
      maintainers: people,
      _npmOperationalInternal: { host: 's3://packages', tmp: `tmp/${short}_${version}_1700000000000_0.${digest.slice(0, 16)}` },
      _hasShrinkwrap: false,
      contributors: Array.from({ length: 6 }, (_, at) => ({ name: `Contributor ${at}`, email: `contributor${at}@people.example` })),
    };
  });
  const times = Object.fromEntries(versions.map((version, at) => [version, publishedAt(at, versions.length)]));
  const latest = versions.at(-1) ?? '1.0.0';
  return {
    _id: name,
    name,
    'dist-tags': { latest },
    versions: Object.fromEntries(manifests.map((manifest) => [manifest.version, manifest])),
    time: { created: publishedAt(0, versions.length), modified: publishedAt(versions.length - 1, versions.length), ...times },
    maintainers: people,
    repository,
    license: 'MIT',
    readme: `# ${short}\n\n${'How to use it, and why one would. '.repeat(180)}`,
    readmeFilename: 'README.md',
  };
}

/** From 2019 evenly to March 2026. */
function publishedAt(at: number, count: number): string {
  const [first, last] = [Date.UTC(2019, 0, 1), Date.UTC(2026, 2, 1)];
  return new Date(first + ((last - first) * (at + 1)) / count).toISOString();
}

function mostPopular(packed: Uint8Array, count: number): readonly string[] {
  const { size, nameAt, buckets } = decodePopularity(packed);
  const rows = Array.from({ length: size }, (_, row) => row).sort((a, b) => (buckets[b] ?? 0) - (buckets[a] ?? 0) || a - b);
  return rows.slice(0, count).map((row) => nameAt(row));
}

/** Between two quantiles sizes grow by a factor, not by a step. */
function sizeAt(quantile: number): number {
  const above = Math.max(
    1,
    sizes.findIndex(([at]) => at >= quantile),
  );
  const [from, least] = sizes[above - 1] ?? [0, 0];
  const [to, most] = sizes[above] ?? [1, 0];
  return least * (most / least) ** ((quantile - from) / (to - from));
}

/** A number from 0 to 1 that follows from the text alone. */
function fraction(text: string, purpose: string): number {
  return createHash('sha256').update(`${purpose}\n${text}`).digest().readUInt32LE() / 2 ** 32;
}
