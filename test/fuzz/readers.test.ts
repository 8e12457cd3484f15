import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, constantFrom } from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readOsv } from '../../src/advisories/osv.ts';
import { hitsVersion, readRegistryAdvisory, registryHit } from '../../src/advisories/registry-advisory.ts';
import { readAgentInput } from '../../src/agents/protocol.ts';
import { externalResult } from '../../src/checks/external-result.ts';
import { checks } from '../../src/checks/index.generated.ts';
import { summarise } from '../../src/collectors/packument-summary.ts';
import { routeOf } from '../../src/firewall/route.ts';
import { readRepositoryList } from '../../src/fleet/repository-list.ts';
import { parseHookRecord } from '../../src/hooks/hook-record.ts';
import { GateError } from '../../src/model/gate-error.ts';
import { milliseconds } from '../../src/model/units.ts';
import { openTree, listFiles } from '../../src/platform/git-tree.ts';
import { resolveCommit } from '../../src/platform/git.ts';
import { loadNpmConfiguration } from '../../src/platform/npmrc.ts';
import { ageExcludes } from '../../src/policy/age-excludes.ts';
import { readBaseline } from '../../src/policy/baseline.ts';
import { loadPolicy } from '../../src/policy/load.ts';
import { addWaiver } from '../../src/policy/write-waiver.ts';
import { parseBundle, readBundleShape } from '../../src/provenance/bundle-shape.ts';
import { readRegistryKeys } from '../../src/provenance/registry-keys.ts';
import { readTrustData } from '../../src/provenance/shipped-trust.ts';
import { Refused } from '../../src/provenance/verdict.ts';
import { mergeCycloneDX } from '../../src/sbom/merge.ts';
import { readCycloneDX } from '../../src/sbom/read.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { gypCommandsIn } from '../../src/tarballs/gyp-commands.ts';
import { readPackedManifest } from '../../src/tarballs/packed-manifest.ts';
import { readPackage } from '../../src/tarballs/read-package.ts';
import { release } from '../loopback-registry/release.ts';
import { createSigner } from '../loopback-registry/signing.ts';
import { runs } from '../support/campaign.ts';
import { damages, prototypes } from '../support/damage.ts';

/** What one damaged input may cost at most, in milliseconds of this process. */
const mostCpu = 3000;
const now = milliseconds(Date.UTC(2026, 10, 25));
const leftPad = release({
  name: 'left-pad',
  version: '1.3.0',
  scripts: { postinstall: 'node index.js' },
  files: { 'binding.gyp': '{}', 'index.js': '1' },
});

/** A reader of something from outside. It answers, or throws a `GateError` or a `Refused`, which are answers as well. */
interface Reader {
  readonly seeds: readonly string[];
  readonly read: (bytes: Buffer) => unknown;
}

const text =
  (read: (text: string) => unknown): Reader['read'] =>
  (bytes) =>
    read(bytes.toString('utf8'));
/** For readers of values: what is no JSON is refused before them. */
const json =
  (read: (value: unknown) => unknown): Reader['read'] =>
  (bytes) => {
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch {
      return undefined;
    }
    return read(value);
  };

const policy = `version: 1
rules:
  install-scripts/unlisted: error
checks:
  release-age: { error-below: 24h, warn-below: 7d, exceptions: [{ package: '@acme/*', after: 0m, reason: our own releases }] }
trusted:
  - { package: '@acme/*', publishers: [acme-bot], reason: our own releases }
registries:
  - url: https://mirror.example/
    offers: { attestations: not-offered }
waivers:
  - { rule: source/git-dependency, package: our-fork, versions: 1.2.x, reason: our own fork until it is released, owner: ada@acme.example, expires: 2026-12-31 }
inconclusive:
  accept:
    - { check: registry-signature, registry: mirror.example, reason: the mirror keeps no signatures }
`;
const packument = JSON.stringify({
  name: 'left-pad',
  'dist-tags': { latest: '1.3.0' },
  versions: {
    '1.3.0': {
      ...leftPad.manifest,
      dist: {
        integrity: leftPad.integrity,
        tarball: 'https://registry.example/left-pad/-/left-pad-1.3.0.tgz',
        signatures: [{ keyid: 'a', sig: 'b' }],
      },
      _npmUser: { name: 'ada', email: 'ada@acme.example' },
    },
  },
  time: { created: '2020-01-01T00:00:00.000Z', modified: '2020-01-01T00:00:00.000Z', '1.3.0': '2020-01-01T00:00:00.000Z' },
  maintainers: [{ name: 'ada', email: 'ada@acme.example' }],
});
const bom = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  version: 1,
  metadata: { component: { type: 'application', name: 'shop', 'bom-ref': 'shop' } },
  components: [
    {
      type: 'library',
      name: 'left-pad',
      version: '1.3.0',
      purl: 'pkg:npm/left-pad@1.3.0',
      'bom-ref': 'left-pad',
      licenses: [{ license: { id: 'MIT' } }],
      hashes: [{ alg: 'SHA-512', content: 'ab'.repeat(64) }],
    },
  ],
  dependencies: [{ ref: 'shop', dependsOn: ['left-pad'] }],
});
const sarif = JSON.stringify({
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'other', rules: [{ id: 'a', defaultConfiguration: { level: 'error' } }] } },
      invocations: [{ executionSuccessful: true }],
      results: [
        {
          ruleId: 'a',
          level: 'error',
          message: { text: 'bad' },
          locations: [{ physicalLocation: { artifactLocation: { uri: 'a.js' }, region: { startLine: 3 } } }],
        },
      ],
    },
  ],
});
const osv = JSON.stringify({
  schema_version: '1.7.0',
  id: 'GHSA-aaaa-bbbb-cccc',
  modified: '2026-01-01T00:00:00Z',
  aliases: ['CVE-2026-1'],
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left-pad' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.3.1' }] }],
      versions: ['1.3.0'],
    },
  ],
  database_specific: { severity: 'HIGH', cwe_ids: ['CWE-400'] },
});
const bundle = JSON.stringify({
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
  verificationMaterial: {
    certificate: { rawBytes: 'AAAA' },
    tlogEntries: [
      {
        logIndex: '1',
        logId: { keyId: `${'A'.repeat(43)}=` },
        kindVersion: { kind: 'dsse', version: '0.0.1' },
        integratedTime: '1',
        inclusionPromise: { signedEntryTimestamp: 'AAAA' },
        canonicalizedBody: 'AAAA',
      },
    ],
  },
  dsseEnvelope: { payload: 'AAAA', payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'AAAA', keyid: '' }] },
});

const readers: Readonly<Record<string, Reader>> = {
  'a policy': { seeds: [policy], read: text((it) => loadPolicy(it, 'lockgate.yaml', { checks, engineRules: [], now })) },
  'a policy that gets a waiver': {
    seeds: [policy],
    read: text((it) =>
      addWaiver(it, {
        rule: 'standing/low',
        package: 'left-pad',
        versions: '1.3.0',
        reason: 'because of this test',
        owner: 'ada@acme.example',
        expires: '2026-12-31',
        created: '2026-11-25',
      }),
    ),
  },
  'excludes of package managers': {
    seeds: ['minimumReleaseAgeExclude:\n  - left-pad\n  - "@acme/*"\n', 'npmMinimalAgeGate: 1440\nnpmPreapprovedPackages: [left-pad]\n'],
    read: text((it) => ['pnpm-workspace.yaml', '.yarnrc.yml', '.npmrc', 'bunfig.toml'].map((file) => ageExcludes(file, it))),
  },
  'a baseline': {
    seeds: [
      JSON.stringify({
        version: 1,
        created: '2026-11-01',
        findings: [{ fingerprint: 'ab'.repeat(16), rule: 'standing/low', subject: 'left-pad' }],
      }),
    ],
    read: text((it) => readBaseline(it, 'lockgate-baseline.json')),
  },
  'a list of repositories': {
    seeds: [
      'version: 1\nrepositories:\n  - { name: shop, path: ../shop, tags: [web] }\n  - { name: api, url: https://git.example/api.git, revision: main }\n',
    ],
    read: text((it) => readRepositoryList(it, 'repos.yaml')),
  },
  'an .npmrc': {
    seeds: [
      'registry=https://registry.example/\n@acme:registry=https://mirror.example/\n//mirror.example/:_authToken=${TOKEN}\nstrict-ssl=true\nca[]="x"\nproxy=http://proxy.example:8080\n',
    ],
    read: text((it) => loadNpmConfiguration({ projectText: it, env: { HOME: '/dev/null' } })),
  },
  'keys of a registry': { seeds: [JSON.stringify({ keys: [createSigner().publicKey] })], read: text(readRegistryKeys) },
  'trust data': { seeds: [readFileSync('allowlists/registries/public-trust.json', 'utf8')], read: text(readTrustData) },
  'a bundle': { seeds: [bundle], read: text((it) => readBundleShape(parseBundle(it))) },
  'an OSV record': { seeds: [osv], read: json((it) => readOsv(it, now)) },
  'an advisory of a registry': {
    seeds: [
      JSON.stringify({
        id: 1,
        url: 'https://advisories.example/GHSA-aaaa-bbbb-cccc',
        title: 'A flaw',
        severity: 'high',
        vulnerable_versions: '<1.3.1 || >=2.0.0-0 <2.1.0',
        cwe: ['CWE-400'],
        cvss: { score: 5.3, vectorString: null },
      }),
    ],
    read: json((it) => {
      const advisory = readRegistryAdvisory(it);
      return advisory !== undefined && hitsVersion(advisory, '1.3.0') ? registryHit(advisory, '1.3.0', 'registry.example') : undefined;
    }),
  },
  'a document of a registry': {
    seeds: [packument],
    read: (bytes) =>
      summarise(bytes, {
        name: 'left-pad',
        registry: 'https://registry.example/',
        mediaType: 'application/json',
        locked: new Set(['1.3.0']),
        comparedSince: 0,
      }),
  },
  'a tarball': {
    seeds: [leftPad.tarball.toString('latin1')],
    read: (bytes) => readPackage(bytes, { isWanted: () => true, signal: new AbortController().signal }),
  },
  'a packed manifest': { seeds: [JSON.stringify(leftPad.manifest)], read: text(readPackedManifest) },
  'a binding.gyp': {
    seeds: ["{ 'targets': [{ 'target_name': 'a', 'sources': ['<!@(node -p \"1\")'], }] } # comment"],
    read: text(gypCommandsIn),
  },
  'an SBOM': { seeds: [bom], read: text((it) => [readCycloneDX({ path: 'bom.json', text: it, digest: '0' }), validateCycloneDX(it)]) },
  'an SBOM that is merged': {
    seeds: [bom],
    read: text((it) =>
      mergeCycloneDX(
        [
          { name: 'a.json', text: it },
          { name: 'b.json', text: bom },
        ],
        { name: 'all', version: '1.0.0', tool: { name: 'lockgate', version: '0' } },
      ),
    ),
  },
  'a SARIF log': {
    seeds: [sarif],
    read: text((it) =>
      externalResult.evaluate({ subject: { kind: 'document', path: 'log.sarif', after: it, isCompared: false, sarif: {} } } as never),
    ),
  }, // the check reads nothing else
  'a question of an agent': {
    seeds: [
      JSON.stringify({
        hook_event_name: 'PreToolUse',
        tool_name: 'Bash',
        tool_input: { command: 'npm install left-pad@1.3.0' },
        cwd: '/work',
      }),
    ],
    read: text(readAgentInput),
  },
  'a record of hooks': { seeds: ['{"version":1,"hooks":[]}'], read: text(parseHookRecord) },
  'an address that the firewall is asked for': {
    seeds: ['/@acme%2fui', '/left-pad/-/left-pad-1.3.0.tgz', '/-/npm/v1/security/advisories/bulk'],
    read: text((it) => ['GET', 'POST', 'PUT'].map((method) => routeOf(method, it))),
  },
};

describe('anything from outside is read, or refused with a reason, soon, and harms nothing else', () => {
  it.for(Object.entries(readers))('%s', { timeout: 1_800_000 }, async ([, { seeds, read }], { annotate }) => {
    const before = prototypes();
    let [tried, answered] = [0, 0];
    for (const seed of seeds) await read(Buffer.from(seed, 'latin1'));
    await assert(
      asyncProperty(
        constantFrom(...seeds),
        constantFrom(...seeds),
        array(damages(), { minLength: 1, maxLength: 4 }),
        async (seed, other, steps) => {
          const bytes = steps.reduce<Buffer>((sofar, step) => step(sofar, Buffer.from(other, 'latin1')), Buffer.from(seed, 'latin1'));
          const started = process.cpuUsage();
          if (await isAnswered(read, bytes)) answered += 1;
          tried += 1;
          const { user, system } = process.cpuUsage(started);
          expect((user + system) / 1000).toBeLessThan(mostCpu);
          expect(prototypes()).toBe(before);
        },
      ),
      { numRuns: runs(60) },
    );
    await annotate(`${tried} tried, ${answered} read, the rest refused`);
  });
});

/** False for a refusal; anything else that is thrown is a bug. */
async function isAnswered(read: Reader['read'], bytes: Buffer): Promise<boolean> {
  try {
    await read(bytes);
    return true;
  } catch (error) {
    if (error instanceof GateError || error instanceof Refused) return false;
    throw error;
  }
}

describe('a damaged repository', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-fuzz-git-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...args: readonly string[]): void => {
    const { status, stderr } = spawnSync('git', ['-c', 'user.name=ada', '-c', 'user.email=ada@acme.example', ...args], { cwd: folder });
    if (status !== 0) throw new Error(String(stderr));
  };

  it('is read, or refused with a reason', { timeout: 1_800_000 }, async () => {
    writeFileSync(join(folder, 'package.json'), '{"name":"shop"}\n');
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'first');
    const files = readdirSync(join(folder, '.git'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('hooks'))
      .map((entry) => join(entry.parentPath, entry.name));
    await assert(
      asyncProperty(constantFrom(...files), damages(), async (file, damage) => {
        const whole = readFileSync(file);
        rmSync(file);
        writeFileSync(file, damage(whole, whole));
        try {
          await isAnswered(() => {
            const commit = resolveCommit(folder, 'HEAD');
            return [openTree(folder, commit).readBytes('package.json'), listFiles(folder, commit)];
          }, Buffer.alloc(0));
        } finally {
          rmSync(file);
          writeFileSync(file, whole);
        }
      }),
      { numRuns: runs(12) },
    );
    expect(existsSync(join(folder, 'package.json'))).toBe(true);
  });
});
