/** The versions of the CycloneDX specification that are written and read. */
export const cyclonedxVersions = ['1.4', '1.5', '1.6', '1.7'] as const;
export type CycloneDxVersion = (typeof cyclonedxVersions)[number];

/** Whether a version of the specification is at least another one. */
export function isAtLeast(version: CycloneDxVersion, wanted: CycloneDxVersion): boolean {
  return cyclonedxVersions.indexOf(version) >= cyclonedxVersions.indexOf(wanted);
}

/** Our hash algorithms under CycloneDX' names. */
export const cyclonedxHashNames = {
  sha512: 'SHA-512',
  sha384: 'SHA-384',
  sha256: 'SHA-256',
  sha1: 'SHA-1',
  md5: 'MD5',
} as const;

/**
 * The specification's scopes: `required` at run time (a peer is, too), `optional` at run time, and `excluded` for what is there
 * "for test and other non-runtime purposes": our dev scope.
 */
export const cyclonedxScopes = {
  required: 'required',
  peer: 'required',
  optional: 'optional',
  dev: 'excluded',
} as const;

/** The official names of the property taxonomy for npm; nothing else may stand below `cdx:`. */
export const npmProperties = {
  bundled: 'cdx:npm:package:bundled',
  development: 'cdx:npm:package:development',
  extraneous: 'cdx:npm:package:extraneous',
  isPrivate: 'cdx:npm:package:private',
  path: 'cdx:npm:package:path',
  engine: 'cdx:npm:package:constraint:engine:',
  reproducible: 'cdx:reproducible',
} as const;

/** Our own namespace, for what the official one has no name for. */
export const lockgateProperties = {
  alias: 'lockgate:alias',
  scope: 'lockgate:scope',
  source: 'lockgate:source',
  sourcePath: 'lockgate:source:path',
  commit: 'lockgate:source:commit',
  integrity: 'lockgate:integrity',
  installScript: 'lockgate:installScript',
  deprecated: 'lockgate:deprecated',
  platform: 'lockgate:platform:',
  patch: 'lockgate:patch',
  incomplete: 'lockgate:dependencies:incomplete',
  build: 'lockgate:build:',
  learnedFrom: 'lockgate:from:',
  manager: 'lockgate:',
  lockfile: 'lockgate:lockfile',
  lockfileFormat: 'lockgate:lockfile:format',
  lockfileDigest: 'lockgate:lockfile:sha256',
  override: 'lockgate:override:',
  hashes: 'lockgate:hashes',
  verdict: 'lockgate:verdict',
  policy: 'lockgate:policy:sha256',
  note: 'lockgate:note',
  decision: 'lockgate:decision',
  finding: 'lockgate:finding',
  unverified: 'lockgate:unverified',
} as const;
