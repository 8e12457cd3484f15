import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import { type Goal, NotHere, type Row } from '../goal.ts';
import { parseIntegrity } from '../../src/model/integrity.ts';
import { milliseconds } from '../../src/model/units.ts';
import { createBundleVerifier } from '../../src/provenance/bundle.ts';
import { findKey, type RegistryKey, readRegistryKeys } from '../../src/provenance/registry-keys.ts';
import { verifyRegistrySignature } from '../../src/provenance/registry-signature.ts';
import { readTrustRoot } from '../../src/provenance/trust-root.ts';
import { median } from '../measure.ts';

/** Milliseconds of CPU for one of each kind. */
interface Costs {
  readonly provenance: number;
  readonly publish: number;
  readonly signature: number;
}

interface Attestation {
  readonly predicateType: string;
  readonly bundle: object;
}

interface SignedRelease {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

const corpus = '../shared/corpus/attestations';

/**
 * Proving 1,000 packages of which 150 have provenance: a registry signature each, and two bundles for those that have them. In
 * this process, with every real bundle of the corpus once a round, by a verifier that is new in every round: nothing is remembered.
 */
export const provenance: Goal = {
  name: 'provenance',
  measure: async (world) => {
    if (!existsSync(corpus)) throw new NotHere(`there is no ${corpus}`);
    const rootText = readFileSync(join(corpus, 'trust/production_trusted_root.json'), 'utf8');
    const keys = readRegistryKeys(readFileSync(join(corpus, 'trust/npm-keys.tuf-target.json'), 'utf8'));
    const attestations = await sound(attestationsBelow(join(corpus, 'npm')), rootText, keys);
    const releases = signedReleases(keys);
    const [ours, theirs]: [Costs[], Costs[]] = [[], []];
    // The first rounds compile; they are not counted.
    const warmUp = 5;
    for (let round = 0; round < world.rounds + warmUp; round += 1) {
      const [gate, plain] = [
        await gateCosts(attestations, releases, { rootText, keys }),
        plainCosts(attestations, releases, { rootText, keys }),
      ];
      if (round < warmUp) continue;
      ours.push(gate);
      theirs.push(plain);
    }
    return rowsOf(ours, theirs);
  },
};

interface Trust {
  readonly rootText: string;
  readonly keys: readonly RegistryKey[];
}

async function gateCosts(
  attestations: readonly Attestation[],
  releases: readonly SignedRelease[],
  { rootText, keys }: Trust,
): Promise<Costs> {
  const verifier = await createBundleVerifier(readTrustRoot(rootText));
  const keyFor = (hint: string): KeyObject | undefined => findKey(keys, 'attestations', hint)?.key;
  return costsOf(attestations, releases, {
    bundle: (bundle) => verifier.verify({ bundle, keyFor, now: milliseconds(Date.now()) }).verdict === 'accepted',
    signature: (release, integrity) =>
      verifyRegistrySignature({
        ...release,
        integrity,
        keys,
        signedAt: {
          time: findKey(keys, 'signatures', release.signatures[0]?.keyid ?? '')?.validity.start ?? milliseconds(0),
          source: 'packument',
        },
      }).verdict === 'accepted',
  });
}

/** sigstore-js as its own client uses it, and a signature as npm checks it: the key is parsed for each. */
function plainCosts(attestations: readonly Attestation[], releases: readonly SignedRelease[], { rootText, keys }: Trust): Costs {
  const keyFor = (hint: string): KeyObject => findKey(keys, 'attestations', hint)?.key ?? createPublicKey(hint);
  const root = TrustedRoot.fromJSON(JSON.parse(rootText));
  const verifier = new Verifier(toTrustMaterial(root, (hint) => ({ publicKey: keyFor(hint), validFor: () => true })));
  const pems = new Map(
    releases.flatMap(({ signatures }) =>
      signatures.map(({ keyid }) => [
        keyid,
        findKey(keys, 'signatures', keyid)?.key.export({ type: 'spki', format: 'pem' }).toString() ?? '',
      ]),
    ),
  );
  return costsOf(attestations, releases, {
    bundle: (bundle) => verifier.verify(toSignedEntity(bundleFromJSON(bundle))) !== undefined,
    signature: ({ name, version, integrity, signatures: [first] }) =>
      verify(
        'sha256',
        Buffer.from(`${name}@${version}:${integrity}`),
        pems.get(first?.keyid ?? '') ?? '',
        Buffer.from(first?.sig ?? '', 'base64'),
      ),
  });
}

interface Proofs {
  readonly bundle: (bundle: object) => boolean;
  readonly signature: (release: SignedRelease, integrity: NonNullable<ReturnType<typeof parseIntegrity>>) => boolean;
}

function costsOf(attestations: readonly Attestation[], releases: readonly SignedRelease[], { bundle, signature }: Proofs): Costs {
  const [built, published] = [attestations.filter(isProvenance), attestations.filter((one) => !isProvenance(one))];
  return {
    provenance: each(built, (one) => bundle(one.bundle)),
    publish: each(published, (one) => bundle(one.bundle)),
    signature: each(releases, (one) => {
      const integrity = parseIntegrity(one.integrity);
      return integrity !== undefined && signature(one, integrity);
    }),
  };
}

/** Milliseconds of CPU for one; a proof that fails would be a cheap one, so that none may. */
function each<T>(items: readonly T[], prove: (item: T) => boolean): number {
  const startedAt = process.cpuUsage();
  for (const item of items) if (!prove(item)) throw new Error('a sound proof was refused');
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / 1000 / items.length;
}

function rowsOf(ours: readonly Costs[], theirs: readonly Costs[]): readonly Row[] {
  const ratio = (of: (costs: Costs) => number): Pick<Row, 'value' | 'unit' | 'detail'> => ({
    value: median(ours.map((costs, round) => of(costs) / of(theirs[round] ?? costs))),
    unit: 'x',
    detail: `${median(ours.map(of)).toFixed(2)} ms / ${median(theirs.map(of)).toFixed(2)} ms of CPU`,
  });
  const thousand = ({ provenance: built, publish, signature }: Costs): number => 1000 * signature + 150 * (built + publish);
  return [
    { goal: 'provenance', what: '1,000 packages, 15 % with provenance / sigstore-js', ...ratio(thousand), bar: 0.5, stretch: 0.15 },
    { goal: 'provenance', what: 'a provenance bundle / sigstore-js', ...ratio((costs) => costs.provenance) },
    { goal: 'provenance', what: 'a publish bundle / sigstore-js', ...ratio((costs) => costs.publish) },
    { goal: 'provenance', what: 'a registry signature / as npm does it', ...ratio((costs) => costs.signature) },
  ];
}

function isProvenance({ predicateType }: Attestation): boolean {
  return predicateType.includes('provenance');
}

/** The corpus holds forgeries, too: only what both verifiers accept can be compared. */
async function sound(
  attestations: readonly Attestation[],
  rootText: string,
  keys: readonly RegistryKey[],
): Promise<readonly Attestation[]> {
  const accepted: Attestation[] = [];
  for (const one of attestations) {
    try {
      await gateCosts([one], [], { rootText, keys });
      plainCosts([one], [], { rootText, keys });
      accepted.push(one);
    } catch {
      // Refused by one of the two, as its label in the corpus says.
    }
  }
  return accepted;
}

function attestationsBelow(folder: string): readonly Attestation[] {
  return readdirSync(folder)
    .map((name) => join(folder, name, 'attestations.json'))
    .filter((file) => existsSync(file))
    .flatMap((file) => (JSON.parse(readFileSync(file, 'utf8')) as { readonly attestations?: readonly Attestation[] }).attestations ?? []); // the corpus is ours
}

function signedReleases(keys: readonly RegistryKey[]): readonly SignedRelease[] {
  const { name, versions } = JSON.parse(readFileSync(join(corpus, 'registry-signatures/lodash.json'), 'utf8')) as {
    readonly name: string;
    readonly versions: readonly SignedRelease[];
  }; // the corpus is ours
  return versions
    .map((version) => ({ ...version, name, signatures: version.signatures.slice(0, 1) }))
    .filter(({ signatures: [first] }) => findKey(keys, 'signatures', first?.keyid ?? '') !== undefined);
}
