import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseIntegrity } from '../../../src/model/integrity.ts';
import { type Milliseconds, parseInstant } from '../../../src/model/units.ts';
import { defaultBuildPolicy, proveRepository } from '../../../src/provenance/build-policy.ts';
import type { ReleaseTrust } from '../../../src/provenance/history.ts';
import { type PackageProof, provePackage } from '../../../src/provenance/package-proof.ts';
import type { RegistrySignature } from '../../../src/provenance/registry-signature.ts';
import type { Verdict } from '../../../src/provenance/verdict.ts';
import { type CaseOutcome, type CaseSource, outcomeOf, registryKeysOf, verifierOf } from './case.ts';

interface Version {
  readonly version: string;
  readonly repository?: { readonly url: string };
  readonly _npmUser?: { readonly trustedPublisher?: unknown };
  readonly dist: {
    readonly integrity: string;
    readonly signatures?: readonly RegistrySignature[];
    readonly attestations?: { readonly provenance?: unknown };
  };
}

interface Packument {
  readonly versions: Readonly<Record<string, Version>>;
  readonly time: Readonly<Record<string, string>>;
}

/** A whole package with its packument, its past and its own trust root, at its own time. */
export async function runCase(source: CaseSource): Promise<readonly CaseOutcome[]> {
  const verifier = await verifierOf(source);
  if ('verdict' in verifier) return [outcomeOf(source.label, source.source, verifier)];
  const { input, expected } = source.source;
  const integrity = parseIntegrity(input?.lockfileIntegrity ?? '');
  const now = parseInstant(input?.now);
  const { versions, time } = readJson(source, 'packument.json') as Packument; // the corpus is ours
  const version = versions[input?.version ?? ''];
  if (input === undefined || integrity === undefined || now === undefined || version === undefined)
    throw new Error(`${source.label} is incomplete`);
  const registryIntegrity = parseIntegrity(version.dist.integrity);
  const attestations = readJson(source, 'attestations.json');
  const { version: _, ...own } = releaseTrust(version, time);
  const proof = provePackage({
    name: input.name,
    version: input.version,
    integrity,
    registry: {
      ...own,
      signatures: version.dist.signatures ?? [],
      ...(registryIntegrity !== undefined && { integrity: registryIntegrity }),
    },
    ...(attestations !== undefined && { attestations }),
    others: Object.values(versions)
      .filter((other) => other.version !== input.version)
      .map((other) => releaseTrust(other, time)),
    keys: registryKeysOf(source),
    verifier,
    policy: defaultBuildPolicy,
    now,
  });
  const result = withExpectedRepository(proof, expected.expectedRepositoryOverride ?? input.expectedRepository);
  const isProvenanceAsLabelled =
    expected.provenance !== 'absent' || (proof.verdict === 'accepted' && proof.value.attestations === undefined);
  const outcome = outcomeOf(source.label, source.source, result);
  return [{ ...outcome, isAsLabelled: outcome.isAsLabelled && isProvenanceAsLabelled }];
}

/** What a policy that names the repository would add. */
function withExpectedRepository(proof: Verdict<PackageProof>, expected: string): Verdict<unknown> {
  const identity = proof.verdict === 'accepted' ? proof.value.identity : undefined;
  return identity === undefined ? proof : proveRepository(identity, expected);
}

/** What the packument says of one version, its time proven to be one. */
type DatedRelease = Omit<ReleaseTrust, 'publishedAt'> & { readonly publishedAt?: Milliseconds };

function releaseTrust({ version, repository, dist, _npmUser }: Version, time: Packument['time']): DatedRelease {
  const publishedAt = parseInstant(time[version]);
  const announced =
    dist.attestations?.provenance !== undefined ? 'provenance' : _npmUser?.trustedPublisher === undefined ? 'none' : 'trusted-publisher';
  return {
    version,
    announced,
    ...(_npmUser?.trustedPublisher !== undefined && { hasTrustedPublisher: true as const }),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(repository !== undefined && { repository: repository.url }),
  };
}

function readJson({ folder }: CaseSource, file: string): unknown {
  const path = join(folder, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}
