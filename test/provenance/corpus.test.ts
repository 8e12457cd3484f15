import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../../scripts/corpus/attestations.ts';
import { readShipped } from '../../src/platform/allowlists.ts';
import { milliseconds } from '../../src/model/units.ts';
import { createBundleVerifier, type VerifiedBundle } from '../../src/provenance/bundle.ts';
import { type BuildProvider, identityOf, publicProviders } from '../../src/provenance/identity.ts';
import { provenanceTypes } from '../../src/provenance/predicate.ts';
import { readTrustData } from '../../src/provenance/shipped-trust.ts';
import { readStatement } from '../../src/provenance/statement.ts';

const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));
const isThere = existsSync(`${corpus}/attestations`);

describe.skipIf(!isThere)('the corpus of attestations (skipped where it does not lie beside this repository)', () => {
  it('comes out as labelled, each case at its layer', async () => {
    const { failed, passed, lines } = await run({ directory: corpus });
    expect({ failed, lines: lines.filter((line) => line.includes('expected')) }).toEqual({ failed: 0, lines: [] });
    expect(passed).toBeGreaterThan(200);
  });

  it('holds bundles that verify and yet are no provenance of a build', async () => {
    const person = await verified('email-identity');
    expect(issueOf(person)).not.toBe('accepted');
    const untyped = readStatement(await verified('slsa-valid-docker-builder'));
    expect(provenanceTypes.has(untyped.predicateType)).toBe(false);
  });

  it('holds an enterprise’s build, believed only where the policy names its issuer', async () => {
    const bundle = await verified('github-custom-issuer');
    const issuer = bundle.signer.kind === 'certificate' ? (bundle.signer.claims.extensions.get(8) ?? '') : '';
    expect(issueOf(bundle)).toBe('issuer');
    expect(issueOf(bundle, [{ issuer, type: 'github', origin: 'https://github.com' }])).toBe('accepted');
  });
});

/** Verified with what ships: the public trust root, no network. */
async function verified(name: string): Promise<VerifiedBundle> {
  const { trustRoot } = readTrustData(Buffer.from(readShipped('registries/public-trust.json')).toString('utf8'));
  const verifier = await createBundleVerifier(trustRoot);
  const bundle: unknown = JSON.parse(readFileSync(`${corpus}/attestations/bundles/${name}/bundle.json`, 'utf8'));
  const result = verifier.verify({ bundle, now: milliseconds(Date.now()) });
  if (result.verdict === 'refused') throw new Error(result.refusal.detail);
  return result.value;
}

function issueOf({ signer }: VerifiedBundle, more: readonly BuildProvider[] = []): string {
  const identity = signer.kind === 'certificate' ? identityOf(signer.claims, [...publicProviders, ...more]) : undefined;
  return identity?.verdict === 'refused' ? identity.refusal.reason : 'accepted';
}
