/** Signatures and SBOM attestations as a user meets them: the built command, exit codes, and lines that can be pasted. */
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

const releases = [release({ name: 'left-pad', version: '1.3.0' }), release({ name: '@acme/ui', version: '2.0.0' })];
const open: LoopbackRegistry[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
});

describe('a registry that is known to sign and whose documents come without signatures', () => {
  it('is said once, with exit code 3 and a line that makes it 0, within seconds', async () => {
    const registry = await startRegistry(releases, { isSigned: false });
    open.push(registry);
    const described = `version: 1\nregistries:\n  - url: ${registry.url}\n    offers: { signatures: offered }\n`;
    const cwd = project({ ...packageLock(releases), 'lockgate.yaml': described });
    const options = { cwd, registry: registry.url };
    const stripped = await lockgate(['check'], options);
    expect(stripped.code).toBe(3);
    expect(stripped.stdout.match(/come without the signatures/g)).toHaveLength(1);
    expect(stripped.took).toBeLessThan(20_000);
    const line = /inconclusive: \{ accept: .*\}$/m.exec(stripped.stdout)?.[0] ?? '';
    writeFileSync(join(cwd, 'lockgate.yaml'), `${described}${line}\n`);
    expect(await lockgate(['check'], options)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PASS/m) });
  });

  it('is an error where the policy requires signatures', async () => {
    const registry = await startRegistry(releases, { isSigned: false });
    open.push(registry);
    const policy = `version: 1\nregistries:\n  - { url: '${registry.url}', signatures: required }\n`;
    const outcome = await lockgate(['check'], {
      cwd: project({ ...packageLock(releases), 'lockgate.yaml': policy }),
      registry: registry.url,
    });
    expect(outcome).toMatchObject({ code: 1, stdout: expect.stringMatching(/error\[registry-signature\/required\]: left-pad@1\.3\.0/) });
  });
});

describe('lockgate sbom sign', () => {
  it('and verify work on what sbom wrote, without any network', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const cwd = project({
      ...packageLock(releases),
      'release.pem': privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      'release.pub': publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    });
    const options = { cwd, registry: 'http://127.0.0.1:9/' };
    expect(await lockgate(['sbom', '-o', 'bom.json'], options)).toMatchObject({ code: 0 });
    expect(await lockgate(['sbom', 'sign', 'bom.json', '--key', 'release.pem'], options)).toMatchObject({ code: 0 });
    expect(existsSync(join(cwd, 'bom.json.sigstore.json'))).toBe(true);
    const prove = ['sbom', 'verify', 'bom.json', '--bundle', 'bom.json.sigstore.json', '--key', 'release.pub', '--artifact'];
    expect(await lockgate([...prove, 'package-lock.json'], options)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^PROVEN/) });
    expect(await lockgate([...prove, 'package.json'], options)).toMatchObject({ code: 1, stdout: expect.stringMatching(/^NOT PROVEN/) });
    expect(await lockgate(['sbom', 'sign', 'bom.json'], options)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/identity token/),
    });
  });
});
