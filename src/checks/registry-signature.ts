import { registrySignature as evidence } from '../evidence/registry-signature.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { RuleId } from '../model/finding.ts';

const rules: Readonly<Record<string, RuleId>> = {
  missing: 'registry-signature/missing',
  required: 'registry-signature/required',
  'unknown-key': 'registry-signature/unknown-key',
  'expired-key': 'registry-signature/expired-key',
};

/** Has the registry signed exactly the bytes that the lockfile names. */
export const registrySignature: AnyCheck = defineCheck({
  id: 'registry-signature',
  scope: 'component',
  needs: { signature: evidence },
  uses: {},
  options: { defaults: {}, properties: {} },
  rules: {
    'registry-signature/invalid': {
      severity: 'error',
      summary: 'The registry’s signature is not over the bytes that the lockfile names',
      why: 'The registry signs name, version and digest of everything it publishes. A signature that does not fit means that the lockfile, the document or the tarball was exchanged.',
      fix: 'Do not install. Restore the lockfile entry from a commit that you trust, and find out what changed it.',
      family: 'identity',
    },
    'registry-signature/missing': {
      severity: 'error',
      summary: 'The version carries no signature, while others of its registry do',
      why: 'The registry signed the other versions. One without a signature was added or stripped by somebody in between.',
      fix: 'Ask the registry directly, without a mirror. If it has no signature there either, do not install it.',
      family: 'identity',
    },
    'registry-signature/required': {
      severity: 'error',
      summary: 'The policy requires a registry signature and the version has none',
      why: 'The policy says that this registry must sign. Without a signature nothing but the connection vouches for what it serves.',
      fix: 'Have the registry sign, or let the policy say `signatures: if-offered` for it.',
      family: 'identity',
    },
    'registry-signature/unknown-key': {
      severity: 'error',
      summary: 'The version is signed by a key that nobody vouches for',
      why: 'Either the registry has a new key, or somebody else signed. The two look the same from here.',
      fix: 'Run `lockgate trust update` and try again.',
      family: 'identity',
    },
    'registry-signature/expired-key': {
      severity: 'error',
      summary: 'The version was signed with a key after its end',
      why: 'A retired key is no proof for anything that was published after its end: it may be in other hands.',
      fix: 'Do not install it. Compare the version with another source of the same registry.',
      family: 'identity',
    },
  },
  evaluate: ({ subject: { component }, known: { signature } }) => {
    if (component.isBundled) return { notApplicable: 'it travels inside the tarball of another package' };
    switch (signature.status) {
      case 'verified':
        return [];
      case 'nothing-to-verify':
        return { notApplicable: 'the lockfile names no SHA-512, and registries sign nothing else' };
      case 'not-in-registry':
        return { notApplicable: 'the registry does not know this version' };
      case 'refused':
        return [
          {
            rule: rules[signature.reason] ?? 'registry-signature/invalid',
            message: signature.detail,
            facts: [{ label: 'package', value: labelOf(component), source: 'lockfile' }],
            help: signature.isUnknownSigner
              ? ['run `lockgate trust update`, then try again']
              : ['do not install it; restore the entry from a commit that you trust'],
          },
        ];
    }
  },
});
