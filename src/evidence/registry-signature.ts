import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import { signedSubject } from './verified-provenance.ts';

/** What became of the registry's signature over `name@version` and the lockfile's SHA-512. */
export type RegistrySignatureResult =
  /** `timeSource`: what the key's validity was judged by. */
  | { readonly status: 'verified'; readonly keyid: string; readonly timeSource: 'transparency-log' | 'packument' | 'none' }
  | { readonly status: 'refused'; readonly reason: string; readonly detail: string; readonly isUnknownSigner: boolean }
  /** The lockfile names no SHA-512 for it: there is nothing that a signature could be over. */
  | { readonly status: 'nothing-to-verify' }
  /** The registry does not know this version. */
  | { readonly status: 'not-in-registry' };

const text = v.pipe(v.string(), v.maxLength(4096));
const shape = v.variant('status', [
  v.object({ status: v.literal('verified'), keyid: text, timeSource: v.picklist(['transparency-log', 'packument', 'none']) }),
  v.object({ status: v.literal('refused'), reason: text, detail: text, isUnknownSigner: v.boolean() }),
  v.object({ status: v.literal('nothing-to-verify') }),
  v.object({ status: v.literal('not-in-registry') }),
]);

/** The verified registry signature of a version: derived, verified anew on every run. */
export const registrySignature: EvidenceKey<RegistrySignatureResult> = {
  id: 'registry-signature',
  shape: (value): value is RegistrySignatureResult => v.is(shape, value),
  subjectOf: signedSubject,
};
