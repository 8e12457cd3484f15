import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFromHex } from '../../../src/model/integrity.ts';
import { milliseconds } from '../../../src/model/units.ts';
import { defaultBuildPolicy, proveBuild } from '../../../src/provenance/build-policy.ts';
import { verifyNpmAttestations } from '../../../src/provenance/npm-attestations.ts';
import { findKey } from '../../../src/provenance/registry-keys.ts';
import type { PackageClaim } from '../../../src/provenance/statement.ts';
import type { Verdict } from '../../../src/provenance/verdict.ts';
import { type CaseOutcome, type CaseSource, outcomeOf, registryKeysOf, verifierOf } from './case.ts';

interface Response {
  readonly attestations: readonly { readonly bundle: { readonly dsseEnvelope: { readonly payload: string } } }[];
}

/**
 * An answer of the attestations endpoint, judged for the package that its own statements name: the corpus has no
 * lockfiles for these. `crypto-verifies` cases are incomplete on purpose; only their bundles are verified.
 */
export async function runCase(source: CaseSource): Promise<readonly CaseOutcome[]> {
  const verifier = await verifierOf(source);
  if ('verdict' in verifier) return [outcomeOf(source.label, source.source, verifier)];
  const response = JSON.parse(readFileSync(join(source.folder, 'attestations.json'), 'utf8')) as Response; // the corpus is ours
  const now = milliseconds(Date.now());
  if (source.source.expected.verdict === 'crypto-verifies') {
    const keyFor = (hint: string) => findKey(registryKeysOf(source), 'attestations', hint)?.key;
    return response.attestations.map(({ bundle }) => outcomeOf(source.label, source.source, verifier.verify({ bundle, keyFor, now })));
  }
  const claim = claimOf(response) ?? nothingClaimed;
  const input = { ...claim, response, keys: registryKeysOf(source), verifier, now };
  const verified = verifyNpmAttestations(input);
  const provenance = verified.verdict === 'accepted' ? verified.value.provenance : undefined;
  const result: Verdict<unknown> = provenance === undefined ? verified : proveBuild(provenance, defaultBuildPolicy);
  return [outcomeOf(source.label, source.source, result)];
}

/** Name, version and digest from the first statement that has them all. */
function claimOf({ attestations }: Response): PackageClaim | undefined {
  for (const { bundle } of attestations) {
    const subject = subjectOf(bundle.dsseEnvelope.payload);
    const match = /^pkg:npm\/(.+)@([^@]+)$/.exec(subject?.name ?? '');
    const hash = hashFromHex('sha512', subject?.digest?.sha512 ?? '');
    if (match !== null && hash !== undefined)
      return { name: decodeURIComponent(match[1] ?? ''), version: match[2] ?? '', integrity: [hash] };
  }
  return undefined;
}

interface Statement {
  readonly subject?: readonly Subject[];
}

interface Subject {
  readonly name: string;
  readonly digest?: { readonly sha512?: string };
}

/** What a response is judged for when none of its statements can be read: it will be refused before anybody compares. */
const nothingClaimed: PackageClaim = { name: '', version: '', integrity: [{ algorithm: 'sha512', digest: '' }] };

function subjectOf(payload: string): Subject | undefined {
  try {
    return (JSON.parse(Buffer.from(payload, 'base64').toString()) as Statement).subject?.[0]; // the corpus is ours
  } catch {
    return undefined; // a case whose payload is no statement
  }
}
