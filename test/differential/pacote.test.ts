/**
 * pacote, npm's own client, as an oracle: it verifies registry signatures and attestations. Where it refuses, so must we; where it
 * accepts and we refuse, the difference has a name. Its TUF cache is filled by hand, so that it asks nobody either.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pacote from 'pacote';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { createSigner } from '../loopback-registry/signing.ts';
import { attest, type Attested, type AttestingRegistry } from '../provenance/attesting-registry.ts';
import { type Attestation, createEcosystem, type Ecosystem } from '../provenance/ecosystem.ts';
import { createHermeticWorld, first, type HermeticWorld, said, second, widget, widgetName } from '../provenance/hermetic-world.ts';
import { startTufRepository } from '../provenance/tuf-repository.ts';

let ecosystem: Ecosystem;
let world: HermeticWorld;
let tufCache = '';

beforeAll(async () => {
  ecosystem = await createEcosystem();
  world = createHermeticWorld(ecosystem);
  tufCache = await filledTufCache(ecosystem);
});
afterEach(() => world.close());
afterAll(() => {
  world.remove();
  rmSync(tufCache, { recursive: true });
});

/** The files of a TUF repository where pacote's client keeps those of the public one. */
async function filledTufCache({ trustedRoot }: Ecosystem): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-pacote-'));
  const trusted = JSON.stringify(trustedRoot);
  const repository = await startTufRepository({ 'trusted_root.json': trusted });
  const own = join(folder, 'tuf-repo-cdn.sigstore.dev');
  mkdirSync(join(own, 'targets'), { recursive: true });
  const files = {
    'root.json': '1.root.json',
    'timestamp.json': 'timestamp.json',
    'snapshot.json': '1.snapshot.json',
    'targets.json': '1.targets.json',
  };
  for (const [name, path] of Object.entries(files)) writeFileSync(join(own, name), await (await fetch(`${repository.url}/${path}`)).text());
  writeFileSync(join(own, 'targets', 'trusted_root.json'), trusted);
  await repository.close();
  return folder;
}

/** `accepted`, or the code of pacote's error. */
async function pacoteSays(registry: AttestingRegistry, { options, integrity }: BuiltRelease): Promise<string> {
  const keys = [registry.signer.publicKey, ecosystem.registryKey].map((key) => ({
    ...key,
    pemkey: `-----BEGIN PUBLIC KEY-----\n${String(key.key)}\n-----END PUBLIC KEY-----`,
  }));
  const { host } = new URL(registry.url);
  try {
    await pacote.manifest(`${options.name}@${options.version}`, {
      registry: registry.url,
      cache: mkdtempSync(join(tufCache, 'cache-')),
      integrity,
      tufCache,
      verifySignatures: true,
      verifyAttestations: true,
      [`//${host}/:_keys`]: keys,
    } as pacote.Options); // its types do not know the options of verification
    return 'accepted';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** `accepted`, or the rules of our errors about signatures and provenance. */
async function weSay(registry: AttestingRegistry, locked: BuiltRelease): Promise<string> {
  const errors = said(await world.judge(registry, [locked])).filter((one) => one.endsWith(' error'));
  return errors.length === 0 ? 'accepted' : errors.map((one) => one.replace(' error', '')).join(', ');
}

interface Case {
  readonly published: readonly BuiltRelease[];
  readonly attested: () => Promise<Attested> | Attested;
  readonly locked: BuiltRelease;
}
const both: Attested = { [`${widgetName}@1.0.0`]: {}, [`${widgetName}@1.0.1`]: {} };
const evil = release(widget('1.0.1', 2, { files: { 'index.js': 'steal()\n' } }));
const instead = (attestations: readonly Attestation[]): Attested => ({ ...both, [`${widgetName}@1.0.1`]: attestations });

async function verdicts({ published, attested, locked }: Case): Promise<{ readonly pacote: string; readonly ours: string }> {
  const registry = await world.serve(published, await attested());
  return { pacote: await pacoteSays(registry, locked), ours: await weSay(registry, locked) };
}

describe('pacote and Lockgate agree', () => {
  it.each<[string, Case]>([
    ['an honest release', { published: [first, second], attested: () => both, locked: second }],
    [
      'one that the second generation of the log has',
      { published: [first, second], attested: () => ({ ...both, [`${widgetName}@1.0.1`]: { log: 2 } }), locked: second },
    ],
    ['one without provenance, as those before', { published: [first, second], attested: () => ({}), locked: second }],
  ])('on %s: accepted', async (_, one) => {
    expect(await verdicts(one)).toEqual({ pacote: 'accepted', ours: 'accepted' });
  });

  it.each<[string, Case]>([
    ['other bytes in the lockfile', { published: [first, second], attested: () => both, locked: { ...second, integrity: evil.integrity } }],
    [
      'other bytes in the registry and the lockfile',
      { published: [first, evil], attested: async () => instead(await attest(ecosystem, second)), locked: evil },
    ],
    [
      'the attestations of another version',
      { published: [first, second], attested: async () => instead(await attest(ecosystem, first)), locked: second },
    ],
    [
      'an envelope that was changed after it was signed',
      { published: [first, second], attested: async () => instead((await attest(ecosystem, second)).map(tampered)), locked: second },
    ],
    [
      'attestations of a registry that nobody knows',
      { published: [first, second], attested: async () => instead(await attest(await createEcosystem(), second)), locked: second },
    ],
    [
      'a signature by a key that nobody knows',
      { published: [first, signedBy(createSigner(), second)], attested: () => both, locked: second },
    ],
    ['a signature over another version', { published: [first, second], attested: () => both, locked: second }],
  ])('on %s: refused', async (title, one) => {
    const registry = await world.serve(one.published, await one.attested());
    if (title === 'a signature over another version') registry.setPackages([first, signedBy(registry.signer, first, second)]);
    expect(await pacoteSays(registry, one.locked)).toMatch(/^E(INTEGRITY(SIGNATURE)?|ATTESTATION(SUBJECT|VERIFY)|MISSINGSIGNATUREKEY)$/);
    expect(await weSay(registry, one.locked)).not.toBe('accepted');
  });
});

describe('Lockgate refuses what pacote accepts', () => {
  it.each<[string, Case, string]>([
    [
      'a release without provenance after one that had it: pacote knows no history',
      { published: [first, second], attested: () => ({ [`${widgetName}@1.0.0`]: {} }), locked: second },
      'provenance-history/downgrade',
    ],
    [
      'valid provenance of a fork: pacote asks for no identity',
      {
        published: [first, second],
        attested: () => ({ ...both, [`${widgetName}@1.0.1`]: { build: { repository: 'https://github.com/evil/fork' } } }),
        locked: second,
      },
      'provenance-identity/wrong-repository',
    ],
    [
      'a build that a stranger’s comment started',
      {
        published: [first, second],
        attested: () => ({ ...both, [`${widgetName}@1.0.1`]: { build: { trigger: 'issue_comment' } } }),
        locked: second,
      },
      'provenance-identity/risky-trigger',
    ],
    [
      'provenance alone, which anybody can upload: pacote needs no attestation of the registry',
      { published: [first, second], attested: async () => instead((await attest(ecosystem, second)).slice(1)), locked: second },
      'provenance/not-proven',
    ],
    [
      'an attestation of the registry, with the announced provenance taken out',
      { published: [first, second], attested: async () => instead((await attest(ecosystem, second)).slice(0, 1)), locked: second },
      'provenance/not-proven',
    ],
    [
      'a second subject beside the right one',
      {
        published: [first, second],
        attested: async () =>
          instead(
            await attest(ecosystem, second, {
              statement: (statement) => ({
                ...statement,
                subject: [...listOf(statement['subject']), { name: 'x', digest: { sha512: 'ab' } }],
              }),
            }),
          ),
        locked: second,
      },
      'provenance/not-proven',
    ],
    [
      'a version without a signature among signed ones',
      { published: [first, release({ ...second.options, dist: { signatures: undefined } })], attested: () => both, locked: second },
      'registry-signature/missing',
    ],
  ])('%s', async (_, one, rule) => {
    const { pacote: theirs, ours } = await verdicts(one);
    expect(theirs).toBe('accepted');
    expect(ours).toContain(rule);
  });
});

function signedBy(signer: ReturnType<typeof createSigner>, what: BuiltRelease, carrier: BuiltRelease = what): BuiltRelease {
  const { version } = what.options;
  return release({
    ...carrier.options,
    dist: { signatures: [{ keyid: signer.keyid, sig: signer.sign(widgetName, version, what.integrity) }] },
  });
}

/** The build's time in the predicate is changed, and nothing that is compared: only the signature can tell. */
function tampered({ predicateType, bundle }: Attestation): Attestation {
  const envelope = bundle['dsseEnvelope'] as { readonly payload: string }; // the ecosystem wrote it
  const payload = Buffer.from(envelope.payload, 'base64').toString('utf8').replace('"predicate":{', '"predicate":{"note":"x",');
  return { predicateType, bundle: { ...bundle, dsseEnvelope: { ...envelope, payload: Buffer.from(payload).toString('base64') } } };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
