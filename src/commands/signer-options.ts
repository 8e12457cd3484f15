import { GateError } from '../model/gate-error.ts';
import type { Invocation, OptionSpec } from './command.ts';
import type { ArtifactRequest } from './verify-artifact.ts';

/** Options of every command that proves a signature: who must have signed, and what is believed. */
export const signerSpecs: Readonly<Record<'identity' | 'issuer' | 'key' | 'trust-root', OptionSpec>> = {
  identity: { type: 'string', value: 'ID', description: 'The certificate’s subject: an address of a workflow, an e-mail address' },
  issuer: { type: 'string', value: 'URL', description: 'Who vouched for the identity' },
  key: { type: 'string', value: 'FILE', description: 'A public key in PEM instead of an identity' },
  'trust-root': { type: 'string', value: 'FILE', description: 'Another trusted_root.json' },
};

/** Who must have signed. Nobody named is refused: a valid signature of just anybody proves nothing. */
export function signerOptions({ text }: Invocation): ArtifactRequest['signer'] {
  const [identity, issuer, keyFile] = [text('identity'), text('issuer'), text('key')];
  if (keyFile !== undefined && identity === undefined && issuer === undefined) return { keyFile };
  if (keyFile !== undefined || identity === undefined || issuer === undefined) {
    throw new GateError('usage', 'say who must have signed: --identity and --issuer, or --key', {
      hint: 'a valid signature of just anybody proves nothing',
    });
  }
  return { identity, issuer };
}
