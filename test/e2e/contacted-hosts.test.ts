import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

const preload = resolve('test/e2e/preload/contacted-hosts.cjs');
/** Addresses of every kind that a package may name, none of which anybody asked to be contacted. */
const elsewhere = 'https://elsewhere.invalid';
const releases = [
  release({
    name: 'left-pad',
    version: '1.3.0',
    repository: { type: 'git', url: `git+${elsewhere}/left-pad.git` },
    manifest: { homepage: elsewhere, bugs: { url: elsewhere }, funding: elsewhere },
  }),
  release({ name: '@acme/ui', version: '2.0.0', dist: { tarball: `${elsewhere}/ui.tgz` } }),
];

let registry: LoopbackRegistry;
let scoped: LoopbackRegistry;
let folder = '';
beforeAll(async () => {
  [registry, scoped] = [await startRegistry(releases), await startRegistry(releases)];
  folder = mkdtempSync(join(tmpdir(), 'lockgate-hosts-'));
});
afterAll(async () => {
  await Promise.all([registry.close(), scoped.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** What a command contacts, each host once, with the configuration naming one registry for `@acme` and one for the rest. */
async function contactedBy(args: readonly string[]): Promise<readonly string[]> {
  const file = join(folder, `${args.join('-').replaceAll(/\W/g, '_')}.txt`);
  const cwd = project({ ...packageLock(releases), '.npmrc': `@acme:registry=${scoped.url}\n` });
  const outcome = await lockgate(args, {
    cwd,
    registry: registry.url,
    env: { NODE_OPTIONS: `--require ${preload}`, CONTACTED_HOSTS: file },
  });
  expect(outcome.stderr).not.toContain('bug in lockgate');
  rmSync(cwd, { recursive: true });
  return existsSync(file) ? [...new Set(readFileSync(file, 'utf8').trim().split('\n'))].sort() : [];
}

const hosts = (...of: readonly LoopbackRegistry[]): readonly string[] => of.map(({ url }) => `connect ${new URL(url).host}`).sort();

it.each([['check'], ['check', '--deep'], ['sbom', '--enrich'], ['fix', '--dry-run'], ['licences'], ['notices']].map((args) => ({ args })))(
  'lockgate $args contacts the configured registries and nobody else',
  async ({ args }) => {
    expect(await contactedBy(args)).toEqual(hosts(registry, scoped));
  },
);

it('lockgate verify contacts the registry of that package alone', async () => {
  expect(await contactedBy(['verify', 'left-pad@1.3.0'])).toEqual(hosts(registry));
  expect(await contactedBy(['verify', '@acme/ui@2.0.0'])).toEqual(hosts(scoped));
});

it.each(
  [
    ['check', '--offline'],
    ['sbom'],
    ['names', 'expres'],
    ['trust', 'status'],
    ['why', 'left-pad'],
    ['explain', 'release-age'],
    ['policy'],
    ['advisories', 'status'],
    ['--help'],
  ].map((args) => ({ args })),
)('lockgate $args contacts nobody', async ({ args }) => {
  expect(await contactedBy(args)).toEqual([]);
});
