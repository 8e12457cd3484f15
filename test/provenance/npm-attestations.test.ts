import { beforeAll, describe, expect, it } from 'vitest';
import { parseIntegrity } from '../../src/model/integrity.ts';
import { milliseconds } from '../../src/model/units.ts';
import { defaultBuildPolicy, proveBuild, proveRepository } from '../../src/provenance/build-policy.ts';
import { type BundleVerifier, createBundleVerifier } from '../../src/provenance/bundle.ts';
import { type NpmAttestations, verifyNpmAttestations } from '../../src/provenance/npm-attestations.ts';
import { readTrustData } from '../../src/provenance/shipped-trust.ts';
import type { Verdict } from '../../src/provenance/verdict.ts';
import { type Attestation, createEcosystem, type Ecosystem } from './ecosystem.ts';
import type { Json } from './trust-material.ts';
import { sha512 } from '../support/inventory.ts';

const widget = { name: '@acme/widget', version: '1.2.3', integrity: sha512(1) };
let ecosystem: Ecosystem;
let verifier: BundleVerifier;

beforeAll(async () => {
  ecosystem = await createEcosystem();
  verifier = await createBundleVerifier(readTrustData(ecosystem.trustData).trustRoot);
});

function verify(
  attestations: readonly Attestation[],
  over: { readonly integrity?: string; readonly version?: string; readonly now?: number } = {},
): Verdict<NpmAttestations> {
  const integrity = parseIntegrity(over.integrity ?? widget.integrity);
  if (integrity === undefined) throw new Error('no integrity');
  return verifyNpmAttestations({
    name: widget.name,
    version: over.version ?? widget.version,
    integrity,
    response: { attestations },
    keys: readTrustData(ecosystem.trustData).registryKeys,
    verifier,
    now: milliseconds(over.now ?? Date.now() + 1000),
  });
}

async function both(options: Parameters<Ecosystem['provenance']>[1] = {}): Promise<[Attestation, Attestation]> {
  return [await ecosystem.publish(widget), await ecosystem.provenance(widget, options)];
}

/** A copy of an attestation with one value of its bundle replaced; the path's numbers are array indexes. */
function altered(attestation: Attestation, path: readonly (string | number)[], change: (value: unknown) => unknown): Attestation {
  const copy = structuredClone(attestation);
  let target: Record<string | number, unknown> = { ...copy.bundle };
  const bundle = target;
  for (const key of path.slice(0, -1)) target = target[key] as Record<string, unknown>; // the path exists
  const last = path.at(-1) ?? '';
  target[last] = change(target[last]);
  return { ...copy, bundle };
}

const entry = ['verificationMaterial', 'tlogEntries', 0] as const;
const envelopeOf = [...entry, 'inclusionProof', 'checkpoint', 'envelope'] as const;

function expectRefusal(result: Verdict<unknown>, layer: string, reason?: string): void {
  expect(result).toMatchObject({ verdict: 'refused', refusal: { layer, ...(reason === undefined ? {} : { reason }) } });
}

describe('the attestations of an npm version', () => {
  it('prove who published and who built it, with Rekor v1 and v2 alike', async () => {
    for (const log of [1, 2] as const) {
      const result = verify(await both({ log }));
      expect(result).toMatchObject({ verdict: 'accepted', value: { publish: { registry: 'https://registry.example' } } });
      const provenance = result.verdict === 'accepted' ? result.value.provenance : undefined;
      if (provenance === undefined) throw new Error('no provenance');
      const build = proveBuild(provenance, defaultBuildPolicy);
      expect(build).toMatchObject({
        verdict: 'accepted',
        value: { sourceRepository: 'https://github.com/acme/widget', repositoryId: '4711' },
      });
    }
  });

  it('are refused for other bytes than the lockfile names', async () => {
    expectRefusal(verify(await both(), { integrity: sha512(2) }), 'binding', 'subject-digest');
  });

  it('are refused when they are replayed for another version', async () => {
    expectRefusal(verify(await both(), { version: '1.2.4' }), 'binding', 'subject-name');
  });

  it('are refused when either half was stripped', async () => {
    const [publish, provenance] = await both();
    expectRefusal(verify([provenance]), 'binding', 'publish-attestation-missing');
    expect(verify([publish])).toMatchObject({ verdict: 'accepted' });
  });

  it('are refused when there are two of a kind', async () => {
    const [publish, provenance] = await both();
    expectRefusal(verify([publish, provenance, await ecosystem.provenance(widget)]), 'binding', 'duplicate-attestation');
  });

  it('are refused under a label that was not signed', async () => {
    const [publish, provenance] = await both();
    expectRefusal(verify([publish, { ...provenance, predicateType: 'https://slsa.dev/provenance/v0.2' }]), 'binding', 'predicate-type');
  });

  it('are refused with two subjects, although one of them is right', async () => {
    const twice = (statement: Json): Json => ({ ...statement, subject: [statement['subject'], statement['subject']].flat() });
    expectRefusal(verify(await both({ statement: twice })), 'binding', 'subject-count');
  });

  it('are refused when the predicate names another commit than the certificate', async () => {
    const [publish, provenance] = await both();
    const lying = await ecosystem.provenance(widget, {
      statement: (statement) => JSON.parse(JSON.stringify(statement).replace('5f3c'.repeat(10), 'dead'.repeat(10))) as Json, // ours
    });
    expect(verify([publish, provenance])).toMatchObject({ verdict: 'accepted' });
    const result = verify([publish, lying]);
    const proven = result.verdict === 'accepted' ? result.value.provenance : undefined;
    if (proven === undefined) throw new Error('no provenance');
    expectRefusal(proveBuild(proven, defaultBuildPolicy), 'policy', 'predicate-commit');
  });

  it('are refused when they come from the future', async () => {
    expectRefusal(verify(await both(), { now: Date.now() - 3_600_000 }), 'crypto', 'timestamp');
  });
});

describe('the strict gate', () => {
  const cases: Readonly<Record<string, readonly [readonly (string | number)[], (value: unknown) => unknown, string]>> = {
    'a changed payload': [
      ['dsseEnvelope', 'payload'],
      (value) => Buffer.from(`${Buffer.from(String(value), 'base64').toString()} `).toString('base64'),
      'crypto',
    ],
    'a second signature': [['dsseEnvelope', 'signatures'], (value) => [value, value].flat(), 'format'],
    'no signature': [['dsseEnvelope', 'signatures'], () => [], 'format'],
    'the same entry twice': [['verificationMaterial', 'tlogEntries'], (value) => [value, value].flat(), 'crypto'],
    'no log entry': [['verificationMaterial', 'tlogEntries'], () => [], 'crypto'],
    'a number with a leading zero': [[...entry, 'logIndex'], (value) => `0${String(value)}`, 'format'],
    'a number in another notation': [[...entry, 'integratedTime'], (value) => `${String(value)}e0`, 'format'],
    'loose base64': [[...entry, 'canonicalizedBody'], (value) => `${String(value)}\n`, 'format'],
    'an entry of an unknown log': [[...entry, 'logId', 'keyId'], () => Buffer.alloc(32, 7).toString('base64'), 'crypto'],
    'another tree than the checkpoint': [[...entry, 'inclusionProof', 'treeSize'], () => '2', 'crypto'],
    'a checkpoint of another log': [envelopeOf, (value) => String(value).replaceAll('rekor.example', 'log2.rekor.example'), 'crypto'],
    'a checkpoint signer that is a pattern': [envelopeOf, (value) => String(value).replace('\u2014 rekor.example', '\u2014 .*'), 'crypto'],
    'no checkpoint': [[...entry, 'inclusionProof', 'checkpoint'], () => undefined, 'crypto'],
    'no inclusion proof': [[...entry, 'inclusionProof'], () => undefined, 'crypto'],
    'another kind of entry': [[...entry, 'kindVersion'], () => ({ kind: 'hashedrekord', version: '0.0.1' }), 'crypto'],
    'a certificate with bytes after its end': [
      ['verificationMaterial', 'certificate', 'rawBytes'],
      (value) => Buffer.concat([Buffer.from(String(value), 'base64'), Buffer.from([5, 0])]).toString('base64'),
      'crypto',
    ],
    'a chain and a certificate': [
      ['verificationMaterial', 'x509CertificateChain'],
      () => ({ certificates: [{ rawBytes: 'AAAA' }] }),
      'format',
    ],
    'a key id on a keyless envelope': [['dsseEnvelope', 'signatures', 0, 'keyid'], () => 'SHA256:x', 'binding'],
  };
  for (const [name, [path, change, layer]] of Object.entries(cases)) {
    it(`refuses ${name}`, async () => {
      const [publish, provenance] = await both();
      expectRefusal(verify([publish, altered(provenance, path, change)]), layer);
    });
  }

  it('refuses a hostile checkpoint within a second', async () => {
    const [publish, provenance] = await both();
    const hostile = `${'(.*'.repeat(12)}${'x'.repeat(30)}${')'.repeat(12)}`;
    const startedAt = performance.now();
    expectRefusal(
      verify([publish, altered(provenance, envelopeOf, (value) => String(value).replace('\u2014 rekor.example', `\u2014 ${hostile}`))]),
      'crypto',
    );
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });

  it('refuses a certificate that is nested a thousand times, without running out of stack', async () => {
    const [publish, provenance] = await both();
    let nested = Buffer.from([5, 0]);
    for (let depth = 0; depth < 4000 && nested.length < 6_000; depth += 1) nested = Buffer.concat([lengthHeader(nested.length), nested]);
    expectRefusal(
      verify([publish, altered(provenance, ['verificationMaterial', 'certificate', 'rawBytes'], () => nested.toString('base64'))]),
      'crypto',
    );
  });

  it('passes on only the lines of the log that the entry claims', async () => {
    const [publish, provenance] = await both();
    const witnessed = altered(
      provenance,
      envelopeOf,
      (value) => `${String(value)}\u2014 witness.example ${Buffer.alloc(68, 1).toString('base64')}\n`,
    );
    expect(verify([publish, witnessed])).toMatchObject({ verdict: 'accepted' });
  });
});

describe('the build policy', () => {
  async function buildOf(build: Parameters<Ecosystem['provenance']>[1]): Promise<Verdict<unknown>> {
    const result = verify(await both(build));
    const provenance = result.verdict === 'accepted' ? result.value.provenance : undefined;
    if (provenance === undefined) throw new Error('no provenance');
    return proveBuild(provenance, defaultBuildPolicy);
  }

  it('refuses what outsiders can start', async () => {
    for (const trigger of ['pull_request_target', 'issue_comment'])
      expectRefusal(await buildOf({ build: { trigger } }), 'policy', 'trigger');
  });

  it('refuses refs that nobody has merged', async () => {
    expectRefusal(await buildOf({ build: { ref: 'refs/pull/7/merge' } }), 'policy', 'ref');
  });

  it('refuses self-hosted runners and unknown issuers', async () => {
    expectRefusal(await buildOf({ build: { runner: 'self-hosted' } }), 'policy', 'runner');
    expectRefusal(await buildOf({ build: { issuer: 'https://issuer.example' } }), 'policy', 'issuer');
  });

  it('compares repositories exactly: neither a prefix nor a pattern is the same', async () => {
    const result = verify(await both());
    const provenance = result.verdict === 'accepted' ? result.value.provenance : undefined;
    if (provenance === undefined) throw new Error('no provenance');
    const build = proveBuild(provenance, defaultBuildPolicy);
    if (build.verdict === 'refused') throw new Error(build.refusal.detail);
    for (const other of [
      'https://github.com/acme/w.dget',
      'https://github.com/acme/widget-evil',
      'acme/.*',
      'https://evil.example/acme/widget',
    ]) {
      expectRefusal(proveRepository(build.value, other), 'policy', 'repository');
    }
    for (const same of [
      'git+ssh://git@github.com/acme/widget.git',
      'acme/widget',
      'github:ACME/Widget',
      'https://github.com/acme/widget/tree/main/packages/a',
    ]) {
      expect(proveRepository(build.value, same)).toMatchObject({ verdict: 'accepted' });
    }
  });
});

function lengthHeader(length: number): Buffer {
  return length < 0x80
    ? Buffer.from([0x30, length])
    : length < 0x100
      ? Buffer.from([0x30, 0x81, length])
      : Buffer.from([0x30, 0x82, length >> 8, length & 0xff]);
}
