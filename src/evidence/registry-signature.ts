import type { EvidenceKey } from '../model/evidence.ts';
import { signedSubject } from './verified-provenance.ts';
import { isBoolean, isOneOf, isTextOf, isVariantOf } from './shape.ts';

/** What became of the registry's signature over `name@version` and the lockfile's SHA-512. */
export type RegistrySignatureResult =
  /** `timeSource`: what the key's validity was judged by. */
  | { readonly status: 'verified'; readonly keyid: string; readonly timeSource: 'transparency-log' | 'packument' | 'none' }
  | { readonly status: 'refused'; readonly reason: string; readonly detail: string; readonly isUnknownSigner: boolean }
  /** The lockfile names no SHA-512 for it: there is nothing that a signature could be over. */
  | { readonly status: 'nothing-to-verify' }
  /** The registry does not know this version. */
  | { readonly status: 'not-in-registry' };

const isShort = isTextOf(4096);
const shape = isVariantOf<RegistrySignatureResult>({
  verified: { keyid: isShort, timeSource: isOneOf('transparency-log', 'packument', 'none') },
  refused: { reason: isShort, detail: isShort, isUnknownSigner: isBoolean },
  'nothing-to-verify': {},
  'not-in-registry': {},
});

/** The verified registry signature of a version: derived, verified anew on every run. */
export const registrySignature: EvidenceKey<RegistrySignatureResult> = {
  id: 'registry-signature',
  shape,
  subjectOf: signedSubject,
};
