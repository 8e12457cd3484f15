/** Options of npm 7 to 12 that take a value. */
export const npmValues: ReadonlySet<string> = new Set(
  [
    '_auth access allow-directory allow-file allow-git allow-remote allow-scripts also audit-level auth-type before browser',
    'ca cache cache-max cache-min cafile call cert cidr cpu depth diff diff-dst-prefix diff-src-prefix diff-unified',
    'edit-dir editor expect-result-count expires extension-file fetch-retries fetch-retry-factor fetch-retry-maxtimeout',
    'fetch-retry-mintimeout fetch-timeout git global-ignore-file globalconfig heading https-proxy include init-author-email',
    'init-author-name init-author-url init-license init-module init-type init-version init.author.email init.author.name',
    'init.author.url init.license init.module init.version install-strategy key libc local-address location',
    'lockfile-version loglevel logs-dir logs-max maxsockets message min-release-age min-release-age-exclude name node-gyp',
    'node-options noproxy omit only orgs orgs-permission os otp pack-destination package packages',
    'packages-and-scopes-permission password patches-dir prefix preid provenance-file proxy registry replace-registry-host',
    'save-prefix sbom-format sbom-type scope scopes script-shell searchexclude searchlimit searchopts searchstaleness shell',
    'tag tag-version-prefix to token-description umask user-agent userconfig viewer which workspace',
  ].flatMap((row) => row.split(' ')),
);

/** Options of npm 7 to 12 that take none. */
export const npmFlags: ReadonlySet<string> = new Set(
  [
    'all allow-same-version allow-scripts-pending allow-scripts-pin allow-unused-patches audit bin-links bypass-2fa color',
    'commit-hooks dangerously-allow-all-scripts description dev diff-ignore-all-space diff-name-only diff-no-prefix',
    'diff-text dry-run engine-strict expect-results force foreground-scripts format-package-lock fund git-tag-version',
    'global global-style if-present ignore-existing ignore-extension ignore-patch-failures ignore-scripts',
    'include-attestations include-staged include-workspace-root init-private install-links json keep-edit-dir',
    'legacy-bundling legacy-peer-deps link long offline omit-lockfile-registry-resolved optional package-lock',
    'package-lock-only packages-all parseable prefer-dedupe prefer-offline prefer-online production progress provenance',
    'read-only rebuild-bundle save save-bundle save-dev save-exact save-optional save-peer save-prod shrinkwrap',
    'sign-git-commit sign-git-tag strict-allow-scripts strict-npmrc strict-peer-deps strict-ssl timing unicode',
    'update-notifier usage version versions workspaces workspaces-update yes',
  ].flatMap((row) => row.split(' ')),
);

export const npmShorts: Readonly<Record<string, string>> = {
  a: 'all',
  B: 'save-bundle',
  c: 'call',
  C: 'prefix',
  D: 'save-dev',
  E: 'save-exact',
  f: 'force',
  g: 'global',
  h: 'usage',
  l: 'long',
  L: 'location',
  m: 'message',
  n: 'yes',
  O: 'save-optional',
  p: 'parseable',
  P: 'save-prod',
  S: 'save',
  v: 'version',
  w: 'workspace',
  y: 'yes',
};
