import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../src/commands/command.ts';
import { trust } from '../../src/commands/trust.ts';
import { GateError } from '../../src/model/gate-error.ts';
import { readTrustText } from '../../src/platform/trust-store.ts';
import { readTrustData } from '../../src/provenance/shipped-trust.ts';
import { createEcosystem, type Ecosystem } from '../provenance/ecosystem.ts';
import { invocation } from './invocation.ts';
import { startTufRepository, type TufOptions, type TufRepository } from '../provenance/tuf-repository.ts';

let ecosystem: Ecosystem;
let folder = '';
const open: TufRepository[] = [];

beforeAll(async () => {
  ecosystem = await createEcosystem();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockgate-trust-'));
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((repository) => repository.close()));
  rmSync(folder, { recursive: true });
});

const variables = () => ({
  HOME: folder,
  XDG_CONFIG_HOME: folder,
  npm_config_userconfig: join(folder, 'npmrc'),
  npm_config_globalconfig: join(folder, 'global-npmrc'),
});

function run(positionals: readonly string[], options: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  return trust.run(invocation(positionals, options, { cwd: folder, variables: variables() }));
}

/** The host of the registry whose keys are asked for is npm's own default, whatever that is here. */
async function repositoryWith(tufOptions: TufOptions = {}): Promise<readonly [TufRepository, Readonly<Record<string, string>>]> {
  const { default: defaults } = await import('npm-registry-fetch/lib/default-opts.js');
  const keys = JSON.stringify({ keys: [ecosystem.registryKey] });
  const host = new URL(defaults.registry).host;
  const repository = await startTufRepository(
    { 'trusted_root.json': JSON.stringify(ecosystem.trustedRoot), [`${host}/keys.json`]: keys },
    tufOptions,
  );
  open.push(repository);
  writeFileSync(join(folder, 'root.json'), repository.root);
  return [repository, { mirror: repository.url, root: join(folder, 'root.json') }];
}

describe('lockgate trust', () => {
  it('shows what is believed, and how old it is', async () => {
    const shown = await run([]);
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toMatch(/^trust root of \d{4}-\d{2}-\d{2} /);
    expect(shown.stdout).toMatch(/for signatures from/);
  });

  it('updates through TUF, and later runs believe the update', async () => {
    const [, options] = await repositoryWith();
    const updated = await run(['update'], options);
    expect(updated).toMatchObject({ exitCode: 0 });
    expect(readTrustData(readTrustText(variables())).registryKeys.map(({ keyid }) => keyid)).toContain(ecosystem.registryKey.keyid);
  });

  it('keeps what it has when the repository’s metadata has expired', async () => {
    const [, options] = await repositoryWith({ timestampExpires: new Date(Date.now() - 1000) });
    const result = await run(['update'], options);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(/not updated/);
    expect(existsSync(join(folder, 'lockgate', 'trust.json'))).toBe(false);
  });

  it('keeps what it has when a target is not what was signed', async () => {
    const [, options] = await repositoryWith({ tampered: '{"keys":[]}' });
    expect((await run(['update'], options)).exitCode).toBe(2);
    expect(existsSync(join(folder, 'lockgate', 'trust.json'))).toBe(false);
  });

  it('keeps what it has when the root is another repository’s', async () => {
    const [, options] = await repositoryWith();
    const [other] = await repositoryWith();
    writeFileSync(join(folder, 'root.json'), other.root);
    expect((await run(['update'], options)).exitCode).toBe(2);
  });

  it('does not wait for a repository that does not answer', async () => {
    const [, options] = await repositoryWith({ isSilent: true });
    const startedAt = performance.now();
    expect((await run(['update'], options)).exitCode).toBe(2);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('takes no mirror without a root of its own', async () => {
    await expect(run(['update'], { mirror: 'http://127.0.0.1:9' })).rejects.toThrow(GateError);
  });
});
