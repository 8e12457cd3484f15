import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BundleVerifier, createBundleVerifier } from '../../../src/provenance/bundle.ts';
import { readRegistryKeys, type RegistryKey } from '../../../src/provenance/registry-keys.ts';
import { readTrustRoot } from '../../../src/provenance/trust-root.ts';
import type { Verdict } from '../../../src/provenance/verdict.ts';
import { GateError } from '../../../src/model/gate-error.ts';

/** SOURCE.json, as far as running a case needs it. */
export interface Source {
  readonly input?: {
    readonly name: string;
    readonly version: string;
    readonly lockfileIntegrity: string;
    readonly expectedRepository: string;
    readonly now: string;
  };
  readonly artifact?: string;
  readonly identity?: string;
  readonly trust: { readonly trustedRoot: string; readonly registryKeys?: string | readonly string[]; readonly key?: string };
  readonly expected: {
    readonly verdict: 'accept' | 'refuse' | 'verifies' | 'crypto-verifies';
    readonly layer?: string;
    readonly provenance?: string;
    readonly expectedRepositoryOverride?: string;
  };
}

export interface CaseSource {
  /** The folder `attestations` of the corpus. */
  readonly root: string;
  readonly folder: string;
  readonly label: string;
  readonly source: Source;
}

export interface CaseOutcome {
  readonly label: string;
  readonly isAsLabelled: boolean;
  readonly expected: string;
  readonly actual: string;
}

/** Compares a verdict with the case's label, its layer included where the label has one. */
export function outcomeOf(label: string, { expected }: Source, result: Verdict<unknown>): CaseOutcome {
  const wanted = expected.verdict === 'refuse' ? `refused${expected.layer === undefined ? '' : ` at ${expected.layer}`}` : 'accepted';
  const isAsLabelled =
    result.verdict === 'refused'
      ? expected.verdict === 'refuse' && (expected.layer === undefined || expected.layer === result.refusal.layer)
      : expected.verdict !== 'refuse';
  const actual =
    result.verdict === 'refused' ? `refused at ${result.refusal.layer}: ${result.refusal.reason}: ${result.refusal.detail}` : 'accepted';
  return { label, isAsLabelled, expected: wanted, actual };
}

const verifiers = new Map<string, Promise<BundleVerifier>>();

/** The verifier of a case's trust root; a refused trust root is the case's verdict. */
export async function verifierOf({ root, folder, source }: CaseSource): Promise<BundleVerifier | Verdict<never>> {
  const path = resolveIn([folder, root], source.trust.trustedRoot);
  try {
    const verifier = verifiers.get(path) ?? createBundleVerifier(readTrustRoot(readFileSync(path, 'utf8')));
    verifiers.set(path, verifier);
    return await verifier;
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return { verdict: 'refused', refusal: { layer: 'format', reason: 'trust-root', detail: error.message } };
  }
}

/** The first of the case's key files: they say the same in two shapes. */
export function registryKeysOf({ root, folder, source }: CaseSource): readonly RegistryKey[] {
  const [path] = [source.trust.registryKeys ?? []].flat();
  return path === undefined ? [] : readRegistryKeys(readFileSync(resolveIn([folder, root], path), 'utf8'));
}

/** Paths in SOURCE.json are relative to the case or to the whole set. */
export function resolveIn(folders: readonly string[], path: string): string {
  const found = folders.map((folder) => join(folder, path)).find((candidate) => existsSync(candidate));
  if (found === undefined) throw new Error(`the corpus has no file ${path}`);
  return found;
}
