import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { milliseconds } from '../../../src/model/units.ts';
import { type ExpectedSigner, proveArtifact } from '../../../src/provenance/artifact.ts';
import { parseBundle } from '../../../src/provenance/bundle-shape.ts';
import { judge } from '../../../src/provenance/verdict.ts';
import { type CaseOutcome, type CaseSource, outcomeOf, resolveIn, verifierOf } from './case.ts';

/** A case of the client conformance suite, once with the artifact and once with its digest. */
export async function runCase(source: CaseSource): Promise<readonly CaseOutcome[]> {
  const verifier = await verifierOf(source);
  const signer = expectedSigner(source);
  const artifact = readFileSync(artifactPath(source));
  const sha256 = createHash('sha256').update(artifact).digest();
  const forms = { path: { bytes: artifact }, digest: { sha256 } };
  return Object.entries(forms).map(([form, given]) => {
    const label = `${source.label} (${form})`;
    if ('verdict' in verifier) return outcomeOf(label, source.source, verifier);
    if (signer === undefined) return refused(label, source, 'the key cannot be read');
    const bundle = judge(() => parseBundle(readFileSync(join(source.folder, 'bundle.sigstore.json'), 'utf8')));
    if (bundle.verdict === 'refused') return outcomeOf(label, source.source, bundle);
    return outcomeOf(
      label,
      source.source,
      proveArtifact({ bundle: bundle.value, artifact: given, signer, verifier, now: milliseconds(Date.now()) }),
    );
  });
}

function refused(label: string, { source }: CaseSource, detail: string): CaseOutcome {
  return outcomeOf(label, source, { verdict: 'refused', refusal: { layer: 'format', reason: 'key', detail } });
}

function artifactPath({ folder, root, source }: CaseSource): string {
  const own = join(folder, 'artifact');
  if (source.artifact === undefined && existsSync(own)) return own;
  return resolveIn([folder, join(root, 'conformance')], source.artifact ?? 'a.txt');
}

function expectedSigner({ folder, root, source }: CaseSource): ExpectedSigner | undefined {
  if (source.trust.key !== undefined) {
    const key = readKey(resolveIn([folder, root], source.trust.key));
    return key === undefined ? undefined : { key };
  }
  const text = readFileSync(resolveIn([folder, join(root, 'conformance')], source.identity ?? 'defaults.tsv'), 'utf8');
  const defaults = new Map(text.split('\n').map((line) => [line.slice(0, line.indexOf('\t')), line.slice(line.indexOf('\t') + 1).trim()]));
  return {
    identity: ownText(folder, 'identity') ?? defaults.get('identity') ?? '',
    issuer: ownText(folder, 'issuer') ?? defaults.get('issuer') ?? '',
  };
}

/** A case may bring an identity or issuer of its own, as a file with one line. */
function ownText(folder: string, name: string): string | undefined {
  const path = [name, `${name}.txt`].map((file) => join(folder, file)).find((file) => existsSync(file));
  return path === undefined ? undefined : readFileSync(path, 'utf8').trim();
}

function readKey(path: string): KeyObject | undefined {
  try {
    return createPublicKey(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // a key that cannot be read verifies nothing
  }
}
