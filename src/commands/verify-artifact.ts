import { createPublicKey, type KeyObject } from 'node:crypto';
import { GateError } from '../model/gate-error.ts';
import type { Milliseconds } from '../model/units.ts';
import { readNamedFile } from '../platform/named-file.ts';
import { type ArtifactProof, type ExpectedSigner, proveArtifact } from '../provenance/artifact.ts';
import { createBundleVerifier } from '../provenance/bundle.ts';
import { parseBundle } from '../provenance/bundle-shape.ts';
import { readTrustData } from '../provenance/shipped-trust.ts';
import type { Artifact } from '../provenance/signed-content.ts';
import { readTrustRoot, type TrustRoot } from '../provenance/trust-root.ts';
import { judge, type Verdict } from '../provenance/verdict.ts';

/** A bundle and what it must prove, by the names that a person types. */
export interface ArtifactRequest {
  readonly bundle: string;
  /** A file, or `sha256:` and the digest in hexadecimal. */
  readonly artifact: string;
  readonly signer: { readonly identity: string; readonly issuer: string } | { readonly keyFile: string };
  /** A trusted_root.json; absent for the one in use. */
  readonly trustRoot?: string;
  readonly now: Milliseconds;
  /** The trust data in use, JSON. */
  readonly readTrust: () => string;
}

const maxArtifactBytes = 1024 ** 3;

/** Reads the files and proves the artifact. Throws `GateError` for what cannot be read; a refusal is a verdict. */
export async function verifyArtifact(request: ArtifactRequest): Promise<Verdict<ArtifactProof>> {
  const verifier = await createBundleVerifier(trustRootOf(request));
  const signer = signerOf(request.signer);
  const artifact = artifactOf(request.artifact);
  const bundle = judge(() => parseBundle(readFile(request.bundle).toString('utf8')));
  return bundle.verdict === 'refused' ? bundle : proveArtifact({ bundle: bundle.value, artifact, signer, verifier, now: request.now });
}

/** The trust root that was named, else the one in use. */
export function trustRootOf({ trustRoot, readTrust }: Pick<ArtifactRequest, 'trustRoot' | 'readTrust'>): TrustRoot {
  return trustRoot === undefined ? readTrustData(readTrust()).trustRoot : readTrustRoot(readFile(trustRoot).toString('utf8'));
}

/** The expected signer, its key read. Throws `GateError` for a file without one. */
export function signerOf(signer: ArtifactRequest['signer']): ExpectedSigner {
  return 'keyFile' in signer ? { key: keyOf(signer.keyFile) } : signer;
}

function keyOf(path: string): KeyObject {
  try {
    return createPublicKey(readFile(path));
  } catch (cause) {
    if (cause instanceof GateError) throw cause;
    throw new GateError('input-invalid', `${path} holds no public key in PEM`, { cause });
  }
}

function artifactOf(text: string): Artifact {
  const digest = /^sha256:([0-9a-f]{64})$/i.exec(text)?.[1];
  return digest === undefined ? { bytes: readFile(text) } : { sha256: Buffer.from(digest, 'hex') };
}

function readFile(path: string): Buffer {
  return readNamedFile(path, maxArtifactBytes, 'name its digest instead: sha256:...');
}
