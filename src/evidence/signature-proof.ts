import type { EvidenceKey } from '../model/evidence.ts';
import { isBoolean, isListOf, isText, isVariantOf } from './shape.ts';
import { signedSubject } from './verified-provenance.ts';

/** What the registry's signatures over `name@version` and the lockfile's SHA-512 prove, whenever they were made. */
export type SignatureProof =
  /** The keys whose signatures hold, by their ids. */
  | { readonly status: 'proven'; readonly keyids: readonly string[] }
  | { readonly status: 'refused'; readonly reason: string; readonly detail: string; readonly isUnknownSigner: boolean }
  /** The lockfile names no SHA-512 for it: there is nothing that a signature could be over. */
  | { readonly status: 'nothing-to-verify' }
  /** The registry does not know this version. */
  | { readonly status: 'not-in-registry' };

const shape = isVariantOf<SignatureProof>({
  proven: { keyids: isListOf(isText) },
  refused: { reason: isText, detail: isText, isUnknownSigner: isBoolean },
  'nothing-to-verify': {},
  'not-in-registry': {},
});

/** The proven signatures of a version: derived, proven anew on every run. */
export const signatureProof: EvidenceKey<SignatureProof> = { id: 'signature-proof', shape, subjectOf: signedSubject };
