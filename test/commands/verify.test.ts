import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../src/commands/command.ts';
import { verify } from '../../src/commands/verify.ts';
import { GateError } from '../../src/model/gate-error.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { type Attestation, type Build, createEcosystem, type Ecosystem } from '../provenance/ecosystem.ts';
import { invocation } from './invocation.ts';

const repository = 'git+https://github.com/acme/widget.git';
const first = release({ name: '@acme/widget', version: '1.0.0', repository, publishedAt: '2026-01-01T00:00:00.000Z' });
const second = release({ name: '@acme/widget', version: '1.0.1', repository, publishedAt: '2026-02-01T00:00:00.000Z' });
let ecosystem: Ecosystem;
let folder = '';
const open: LoopbackRegistry[] = [];

beforeAll(async () => {
  ecosystem = await createEcosystem();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockgate-verify-'));
  mkdirSync(join(folder, 'lockgate'));
  writeFileSync(join(folder, 'lockgate', 'trust.json'), ecosystem.trustData);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
  rmSync(folder, { recursive: true });
});

async function attest(
  { options: { name, version }, integrity }: BuiltRelease,
  build: Partial<Build> = {},
): Promise<readonly Attestation[]> {
  const target = { name, version, integrity };
  return [await ecosystem.publish(target), await ecosystem.provenance(target, { build })];
}

async function serve(releases: readonly BuiltRelease[], attestations: Readonly<Record<string, readonly Attestation[]>>): Promise<string> {
  const answers = Object.fromEntries(Object.entries(attestations).map(([label, list]) => [label, { attestations: list }]));
  const registry = await startRegistry(releases, { attestations: answers });
  registry.setFaults([
    { path: '/-/npm/v1/keys', type: 'body', body: JSON.stringify({ keys: [registry.signer.publicKey, ecosystem.registryKey] }) },
  ]);
  open.push(registry);
  return registry.url;
}

function run(
  positionals: readonly string[],
  options: Readonly<Record<string, string>> = {},
  registry = 'http://127.0.0.1:9/',
): Promise<CommandResult> {
  const variables = {
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: folder,
    npm_config_registry: registry,
    npm_config_userconfig: join(folder, 'npmrc'),
    npm_config_globalconfig: join(folder, 'global-npmrc'),
  };
  return verify.run(invocation(positionals, options, { cwd: folder, variables }));
}

describe('lockgate verify NAME@VERSION', () => {
  it('tells the whole chain in plain words', async () => {
    const registry = await serve([first, second], {
      '@acme/widget@1.0.0': await attest(first),
      '@acme/widget@1.0.1': await attest(second),
    });
    const result = await run(['@acme/widget@1.0.1'], {}, registry);
    expect(result.exitCode).toBe(0);
    for (const line of [
      /^PROVEN {2}@acme\/widget@1\.0\.1$/m,
      /signature .*\(on the word of its own endpoint\), at a time that a transparency log has signed/,
      /built from +https:\/\/github\.com\/acme\/widget$/m,
      /started by +push on a github-hosted runner/,
      /signed +20\d\d-.* logged in rekor\.example as entry \d+/,
      /before +1\.0\.0: provenance verified/,
      /^trust root of 20\d\d-/m,
    ])
      expect(result.stdout).toMatch(line);
  });

  it('gives the same as data', async () => {
    const registry = await serve([first], { '@acme/widget@1.0.0': await attest(first) });
    const { stdout = '' } = await run(['@acme/widget@1.0.0'], { json: '' }, registry);
    expect(JSON.parse(stdout)).toMatchObject([
      { verdict: 'pass', build: { sourceRepository: 'https://github.com/acme/widget' }, findings: [] },
    ]);
  });

  it('refuses a build from somewhere else, and a downgrade, with exit code 1', async () => {
    const evil = await serve([first], { '@acme/widget@1.0.0': await attest(first, { repository: 'https://github.com/evil/fork' }) });
    const forked = await run(['@acme/widget@1.0.0'], {}, evil);
    expect(forked).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^REFUSED[\s\S]*provenance-identity\/wrong-repository/) });
    const stolen = await serve([first, second], { '@acme/widget@1.0.0': await attest(first) });
    const downgraded = await run(['@acme/widget@1.0.1'], {}, stolen);
    expect(downgraded).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/provenance-history\/downgrade/) });
  });

  it('names the build of a provider that the policy trusts', async () => {
    const issuer = 'https://ci.acme.example';
    const registry = await serve([first], { '@acme/widget@1.0.0': await attest(first, { issuer }) });
    expect(await run(['@acme/widget@1.0.0'], {}, registry)).toMatchObject({ exitCode: 1 });
    const provider = `{ issuer: '${issuer}', type: github, origin: 'https://github.com' }`;
    const checks = ['provenance-identity', 'provenance-history'].map((check) => `  ${check}: { providers: [${provider}] }\n`);
    writeFileSync(join(folder, 'lockgate.yaml'), `version: 1\nchecks:\n${checks.join('')}`);
    const proven = await run(['@acme/widget@1.0.0'], {}, registry);
    expect(proven).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/built from +https:\/\/github\.com\/acme\/widget$/m) });
  });

  it('calls a version without provenance signed, and not proven', async () => {
    expect((await run(['@acme/widget@1.0.0'], {}, await serve([first], {}))).stdout).toMatch(/^SIGNED /);
  });

  it('refuses a version that does not exist, and cannot tell when the registry does not answer', async () => {
    expect(await run(['@acme/widget@9.9.9'], {}, await serve([first], {}))).toMatchObject({ exitCode: 1 });
    expect(await run(['@acme/widget@1.0.0'], { offline: '' })).toMatchObject({
      exitCode: 3,
      stdout: expect.stringMatching(/^INCONCLUSIVE/),
    });
  });

  it('wants an exact version', async () => {
    await expect(run(['@acme/widget'])).rejects.toThrow(GateError);
    await expect(run([])).rejects.toThrow(GateError);
  });
});

describe('lockgate verify --bundle', () => {
  it('wants to be told who must have signed', async () => {
    await expect(run([], { bundle: 'b', artifact: 'a' })).rejects.toThrow(/who must have signed/);
    await expect(run([], { bundle: 'b' })).rejects.toThrow(/needs --artifact/);
  });

  it('refuses a bundle for another artifact', async () => {
    const [, provenance] = await attest(first);
    writeFileSync(join(folder, 'bundle.json'), JSON.stringify(provenance?.bundle));
    writeFileSync(join(folder, 'widget.tgz'), first.tarball);
    writeFileSync(join(folder, 'other.tgz'), second.tarball);
    const signer = {
      identity: 'https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/v1.2.3',
      issuer: 'https://token.actions.githubusercontent.com',
    };
    const proven = await run([], { bundle: 'bundle.json', artifact: 'widget.tgz', ...signer });
    expect(proven).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^PROVEN/) });
    expect(await run([], { bundle: 'bundle.json', artifact: 'other.tgz', ...signer })).toMatchObject({ exitCode: 1 });
    expect(
      await run([], { bundle: 'bundle.json', artifact: 'widget.tgz', ...signer, identity: 'https://github.com/acme/.*' }),
    ).toMatchObject({ exitCode: 1 });
  });
});
