/** Signing an SBOM and proving it: by a key, and keyless against Fulcio and Rekor of @sigstore/mock on 127.0.0.1. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../src/commands/command.ts';
import { sbom } from '../../src/commands/sbom.ts';
import { sbomSign } from '../../src/commands/sbom-sign.ts';
import { sbomVerify } from '../../src/commands/sbom-verify.ts';
import { GateError } from '../../src/model/gate-error.ts';
import { packageLock } from '../e2e/lockgate.ts';
import { release } from '../loopback-registry/release.ts';
import { type SigstoreServices, startSigstoreServices } from '../provenance/sigstore-services.ts';
import { invocation } from './invocation.ts';

const lock = packageLock([release({ name: 'left-pad', version: '1.3.0' })]);
let folder = '';
const open: SigstoreServices[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lockgate-sign-'));
  for (const [path, text] of Object.entries(lock)) writeFileSync(join(folder, path), text);
  await run(sbom, [], { output: 'bom.json' });
  writeKeys('release', 'P-256');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((services) => services.close()));
  rmSync(folder, { recursive: true });
});

function run(
  command: typeof sbomSign,
  positionals: readonly string[],
  options: Readonly<Record<string, string>>,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return command.run(invocation(positionals, options, { cwd: folder, variables: { HOME: folder, XDG_CONFIG_HOME: folder, ...variables } }));
}

function writeKeys(name: string, namedCurve: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  writeFileSync(join(folder, `${name}.pem`), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  writeFileSync(join(folder, `${name}.pub`), publicKey.export({ format: 'pem', type: 'spki' }));
}

const sign = (options: Readonly<Record<string, string>> = {}) =>
  run(sbomSign, ['bom.json'], { key: 'release.pem', output: 'b.json', ...options });
const prove = (options: Readonly<Record<string, string>> = {}) =>
  run(sbomVerify, ['bom.json'], { key: 'release.pub', bundle: 'b.json', ...options });
const refused = (why: RegExp) => ({ exitCode: 1, stdout: expect.stringMatching(why) });

describe('an SBOM that a key has signed', () => {
  it('is proven for the lockfile that it was made from, and says that nobody knows when', async () => {
    expect(await sign()).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/bom\.json describes package-lock\.json, sha256:/) });
    const proven = await prove({ artifact: 'package-lock.json' });
    expect(proven).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^PROVEN[\s\S]*no log has seen it/) });
  });

  it('is an in-toto statement in a DSSE envelope, in a bundle of version 0.3', async () => {
    await sign();
    const bundle: { mediaType: string; dsseEnvelope: { payload: string; payloadType: string } } = JSON.parse(
      readFileSync(join(folder, 'b.json'), 'utf8'),
    );
    expect(bundle.mediaType).toBe('application/vnd.dev.sigstore.bundle.v0.3+json');
    expect(bundle.dsseEnvelope.payloadType).toBe('application/vnd.in-toto+json');
    expect(JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8'))).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://cyclonedx.org/bom',
      subject: [{ name: 'package-lock.json' }],
      predicate: { bomFormat: 'CycloneDX' },
    });
  });

  it('may be laid out anew, and is refused with any other change', async () => {
    await sign();
    const text = readFileSync(join(folder, 'bom.json'), 'utf8');
    writeFileSync(join(folder, 'bom.json'), JSON.stringify(JSON.parse(text)));
    expect(await prove()).toMatchObject({ exitCode: 0 });
    writeFileSync(join(folder, 'bom.json'), text.replace('left-pad', 'right-pad'));
    expect(await prove()).toMatchObject(refused(/another SBOM/));
  });

  it('is not read where one key stands twice: two readers would see two SBOMs', async () => {
    await sign();
    const text = readFileSync(join(folder, 'bom.json'), 'utf8');
    writeFileSync(join(folder, 'bom.json'), text.replace('{', '{ "components": [],'));
    await expect(prove()).rejects.toThrow(GateError);
  });

  it('is refused for another artifact, another key, and an identity', async () => {
    await sign();
    writeKeys('other', 'P-256');
    expect(await prove({ artifact: 'package.json' })).toMatchObject(refused(/another artifact/));
    expect(await prove({ key: 'other.pub' })).toMatchObject(refused(/another key/));
    const identity = { bundle: 'b.json', identity: 'ada@acme.example', issuer: 'https://accounts.example' };
    expect(await run(sbomVerify, ['bom.json'], identity)).toMatchObject({ exitCode: 1 });
  });

  it('is refused when the envelope was changed and keeps its signature', async () => {
    await sign();
    const bundle: { dsseEnvelope: { payload: string } } = JSON.parse(readFileSync(join(folder, 'b.json'), 'utf8'));
    const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8').replace('left-pad', 'evil-pad');
    bundle.dsseEnvelope.payload = Buffer.from(payload).toString('base64');
    writeFileSync(join(folder, 'b.json'), JSON.stringify(bundle));
    writeFileSync(join(folder, 'bom.json'), readFileSync(join(folder, 'bom.json'), 'utf8').replace('left-pad', 'evil-pad'));
    expect(await prove()).toMatchObject(refused(/did not sign/));
  });

  it('may describe an artifact instead', async () => {
    writeFileSync(join(folder, 'shop.tgz'), 'packed');
    await sign({ artifact: 'shop.tgz' });
    expect(await prove({ artifact: 'shop.tgz' })).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/describes +shop\.tgz/) });
  });

  it('is not signed when the lockfile has moved on, or with a key that others cannot verify', async () => {
    writeKeys('odd', 'P-384');
    await expect(sign({ key: 'odd.pem' })).rejects.toThrow(/P-256/);
    await expect(sign({ key: 'release.pub' })).rejects.toThrow(/no private key/);
    writeFileSync(join(folder, 'package-lock.json'), `${lock['package-lock.json'] ?? ''}\n`);
    await expect(sign()).rejects.toThrow(/has changed/);
  });

  it('takes Ed25519 as well, and an SBOM far larger than other attestations', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(folder, 'ed.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    writeFileSync(join(folder, 'ed.pub'), publicKey.export({ format: 'pem', type: 'spki' }));
    const bom: { components: unknown[] } = JSON.parse(readFileSync(join(folder, 'bom.json'), 'utf8'));
    bom.components.push({ type: 'library', name: 'large', description: 'x'.repeat(3_000_000) });
    writeFileSync(join(folder, 'bom.json'), JSON.stringify(bom));
    await sign({ key: 'ed.pem' });
    expect(await prove({ key: 'ed.pub' })).toMatchObject({ exitCode: 0 });
  });
});

describe('an SBOM that an identity has signed', () => {
  const issuer = 'https://token.actions.githubusercontent.com';
  const identity = 'https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main';

  async function signed(): Promise<SigstoreServices> {
    const services = await startSigstoreServices();
    open.push(services);
    writeFileSync(join(folder, 'trusted_root.json'), JSON.stringify(services.trustedRoot));
    const urls = { 'fulcio-url': services.url, 'rekor-url': services.url };
    const result = await run(
      sbomSign,
      ['bom.json'],
      { output: 'b.json', ...urls },
      { SIGSTORE_ID_TOKEN: services.token({ sub: identity, iss: issuer }) },
    );
    expect(result.exitCode).toBe(0);
    return services;
  }
  const proveIdentity = (over: Readonly<Record<string, string>> = {}) =>
    run(sbomVerify, ['bom.json'], { bundle: 'b.json', identity, issuer, 'trust-root': 'trusted_root.json', ...over });

  it('is proven with identity, issuer, time and log', async () => {
    await signed();
    const proven = await proveIdentity({ artifact: 'package-lock.json' });
    expect(proven).toMatchObject({ exitCode: 0 });
    expect(proven.stdout).toMatch(
      /signed by +https:\/\/github\.com\/acme\/shop\/[\s\S]*signed at +20\d\d-[\s\S]*logged +127\.0\.0\.1:\d+, entry/,
    );
  });

  it('is refused for anybody else, and by a trust root that does not know the log', async () => {
    const { url } = await signed();
    expect(await proveIdentity({ identity: 'https://github.com/acme/.*' })).toMatchObject(refused(/it was signed by/));
    expect(await proveIdentity({ issuer: 'https://gitlab.com' })).toMatchObject(refused(/issued by/));
    expect(await proveIdentity({ bundle: 'b.json', 'trust-root': await otherRoot(url) })).toMatchObject(
      refused(/trust root does not name/),
    );
  });

  it('needs a token, and says what a service refuses', async () => {
    await expect(run(sbomSign, ['bom.json'], {})).rejects.toThrow(/neither a key nor an identity token/);
    const nobody = { 'fulcio-url': 'http://127.0.0.1:9', 'rekor-url': 'http://127.0.0.1:9' };
    const token = `${Buffer.from('{}').toString('base64url')}.${Buffer.from(JSON.stringify({ sub: 'ada', iss: issuer })).toString('base64url')}.`;
    await expect(run(sbomSign, ['bom.json'], nobody, { SIGSTORE_ID_TOKEN: token })).rejects.toThrow(/it was not signed/);
  });

  async function otherRoot(not: string): Promise<string> {
    const services = await startSigstoreServices();
    open.push(services);
    expect(services.url).not.toBe(not);
    writeFileSync(join(folder, 'other_root.json'), JSON.stringify(services.trustedRoot));
    return 'other_root.json';
  }
});
