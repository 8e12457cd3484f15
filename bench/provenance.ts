/**
 * Cost of proving a package: `npm run -s tools && node .tools/bench/provenance.js [--json FILE]`, from the repository root.
 * Compares the gate with sigstore-js used plainly and with the bare cryptography of the same bundles, in one run: ratios
 * hold on any machine, milliseconds only on this one. Reads the corpus beside the repository.
 */
import { createHash, createPublicKey, type KeyObject, sign, verify, X509Certificate, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { parseIntegrity } from '../src/model/integrity.ts';
import { milliseconds } from '../src/model/units.ts';
import { createBundleVerifier } from '../src/provenance/bundle.ts';
import { findKey, readRegistryKeys } from '../src/provenance/registry-keys.ts';
import { verifyRegistrySignature } from '../src/provenance/registry-signature.ts';
import { preAuthEncoding } from '../src/provenance/signed-content.ts';
import { readTrustRoot } from '../src/provenance/trust-root.ts';

interface Measured {
  readonly what: string;
  /** Milliseconds, the median over the rounds. */
  readonly gate: number;
  readonly sigstore?: number;
  readonly floor?: number;
}

interface Bundle {
  readonly verificationMaterial: {
    readonly certificate?: { readonly rawBytes: string };
    readonly tlogEntries: readonly { readonly canonicalizedBody: string }[];
  };
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
}

const corpus = '../shared/corpus/attestations';
const { values } = parseArgs({ options: { json: { type: 'string' }, rounds: { type: 'string' } } });
process.exitCode = 2;
if (existsSync(corpus)) {
  const results = await measureAll(Number(values.rounds ?? 100));
  for (const line of describe(results)) console.log(line);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  process.exitCode = 0;
} else {
  console.error(`bench: there is no ${corpus}`);
}

async function measureAll(rounds: number): Promise<readonly Measured[]> {
  const rootText = readFileSync(join(corpus, 'trust/production_trusted_root.json'), 'utf8');
  const keys = readRegistryKeys(readFileSync(join(corpus, 'trust/npm-keys.tuf-target.json'), 'utf8'));
  const verifier = await createBundleVerifier(readTrustRoot(rootText));
  const now = milliseconds(Date.now());
  const keyFor = (hint: string): KeyObject | undefined => findKey(keys, 'attestations', hint)?.key;
  const plain = new Verifier(
    toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(rootText)), (hint) => ({
      publicKey: keyFor(hint) ?? createPublicKey(hint),
      validFor: () => true,
    })),
  );
  const { attestations } = JSON.parse(readFileSync(join(corpus, 'npm/playwright-cli-0.1.1/attestations.json'), 'utf8')) as {
    readonly attestations: readonly { readonly predicateType: string; readonly bundle: Bundle }[];
  }; // the corpus is ours
  const bundles = attestations.map(({ predicateType, bundle }): Measured => {
    const gated = verifier.verify({ bundle, keyFor, now });
    if (gated.verdict === 'refused') throw new Error(gated.refusal.detail);
    return {
      what: predicateType.includes('provenance') ? 'provenance bundle' : 'publish bundle',
      gate: median(rounds, () => verifier.verify({ bundle, keyFor, now })),
      sigstore: median(rounds, () => plain.verify(toSignedEntity(bundleFromJSON(bundle)))),
      floor: median(rounds, floorOf(bundle)),
    };
  });
  return [...bundles, measureSignature(rounds, keys)];
}

/** The signature checks that the bundle cannot do without, with every key at hand: P-384 for the certificate, P-256 for the rest. */
function floorOf({ verificationMaterial, dsseEnvelope }: Bundle): () => void {
  const payload = Buffer.from(dsseEnvelope.payload, 'base64');
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const message = preAuthEncoding(dsseEnvelope.payloadType, payload);
  const short = sign('sha256', message, p256.privateKey);
  const certificate =
    verificationMaterial.certificate === undefined ? undefined : Buffer.from(verificationMaterial.certificate.rawBytes, 'base64');
  const long = certificate === undefined ? undefined : sign('sha384', certificate, p384.privateKey);
  const body = Buffer.from(verificationMaterial.tlogEntries[0]?.canonicalizedBody ?? '', 'base64');
  return () => {
    createHash('sha256').update(body).digest();
    // Envelope, log promise, checkpoint; with a certificate also its own signature and its timestamp of transparency.
    for (let count = certificate === undefined ? 3 : 4; count > 0; count -= 1) verify('sha256', message, p256.publicKey, short);
    if (certificate !== undefined && long !== undefined) {
      createPublicKey(new X509Certificate(certificate).publicKey.export({ format: 'pem', type: 'spki' }));
      verify('sha384', certificate, p384.publicKey, long);
    }
  };
}

function measureSignature(rounds: number, keys: ReturnType<typeof readRegistryKeys>): Measured {
  const { name, versions } = JSON.parse(readFileSync(join(corpus, 'registry-signatures/lodash.json'), 'utf8')) as {
    readonly name: string;
    readonly versions: readonly {
      readonly version: string;
      readonly integrity: string;
      readonly signatures: readonly { keyid: string; sig: string }[];
    }[];
  }; // the corpus is ours
  const [first] = versions;
  const integrity = parseIntegrity(first?.integrity ?? '');
  const signature = first?.signatures[0];
  const key = findKey(keys, 'signatures', signature?.keyid ?? '');
  if (first === undefined || integrity === undefined || signature === undefined || key === undefined)
    throw new Error('no signature to measure');
  const time = milliseconds(key.validity.start);
  const message = Buffer.from(`${name}@${first.version}:${first.integrity}`);
  const sig = Buffer.from(signature.sig, 'base64');
  return {
    what: 'registry signature',
    gate: median(rounds, () =>
      verifyRegistrySignature({
        name,
        version: first.version,
        integrity,
        signatures: [signature],
        keys,
        signedAt: { time, source: 'packument' },
      }),
    ),
    floor: median(rounds, () => verify('sha256', message, key.key, sig)),
  };
}

function median(rounds: number, run: () => unknown): number {
  for (let round = 0; round < rounds / 4; round += 1) run();
  const times = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    run();
    return performance.now() - startedAt;
  });
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function describe(results: readonly Measured[]): readonly string[] {
  const cost = new Map(results.map(({ what, gate }) => [what, gate]));
  const total =
    1000 * (cost.get('registry signature') ?? 0) + 150 * ((cost.get('provenance bundle') ?? 0) + (cost.get('publish bundle') ?? 0));
  return [
    ...results.map(({ what, gate, sigstore, floor }) =>
      [
        `${what}: ${gate.toFixed(3)} ms`,
        ...(sigstore === undefined ? [] : [`sigstore-js ${sigstore.toFixed(3)} ms (${(sigstore / gate).toFixed(2)} of the gate)`]),
        ...(floor === undefined ? [] : [`floor ${floor.toFixed(3)} ms (the gate takes ${(gate / floor).toFixed(1)} times as long)`]),
      ].join(', '),
    ),
    `1,000 packages, 15 % with provenance: ${(total / 1000).toFixed(2)} s of CPU when nothing is remembered`,
  ];
}
