import { type VerifiedProvenance, verifiedProvenance } from '../evidence/verified-provenance.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { FindingDraft } from '../model/finding.ts';
import { mostSpecific } from '../model/package-pattern.ts';

type Mode = 'required' | 'if-published' | 'off';

const defaults: { readonly mode: Mode; readonly packages: Readonly<Record<string, Mode>> } = { mode: 'if-published', packages: {} };

/** Is there provenance where it must be, and does it prove what it says about exactly these bytes. */
export const provenance: AnyCheck = defineCheck({
  id: 'provenance',
  scope: 'component',
  needs: { provenance: verifiedProvenance },
  uses: {},
  options: {
    defaults,
    properties: {
      mode: {
        type: 'string',
        enum: ['required', 'if-published', 'off'],
        default: 'if-published',
        description: 'Whether provenance must be there, must only hold where it is published, or is not looked at.',
      },
      packages: {
        type: 'object',
        default: {},
        description: 'Another mode for a package, for @scope/*, or for * (all).',
        additionalProperties: { type: 'string', enum: ['required', 'if-published', 'off'], description: 'The mode for these packages.' },
      },
    },
  },
  rules: {
    'provenance/missing': {
      severity: 'error',
      summary: 'The policy requires provenance and the version has none',
      why: 'Without provenance nothing ties the published bytes to a source: a stolen token is enough to publish them.',
      fix: 'Stay on the last version with provenance, or let the policy say `if-published` for this package.',
      family: 'identity',
    },
    'provenance/not-proven': {
      severity: 'error',
      summary: 'The attestations of the version do not hold',
      why: 'A signature, a log entry, or what the statement is about does not fit the bytes that the lockfile names. Honest attestations do not break by themselves.',
      fix: 'Do not install. Fetch the attestations again from the registry itself, and compare.',
      family: 'identity',
    },
    'provenance/unknown-signer': {
      severity: 'error',
      summary: 'The attestations rest on a key or log that the trust root does not know',
      why: 'A new log or key of Sigstore looks exactly like a forged one until the trust root names it.',
      fix: 'Run `lockgate trust update` and try again.',
      family: 'identity',
    },
    'provenance/stripped': {
      severity: 'warning',
      summary: 'The version has provenance that its registry document hides',
      why: 'Somebody between here and the registry removed the announcement, so that other tools would not look.',
      fix: 'Find out which mirror answers, and ask the registry directly.',
      family: 'identity',
    },
  },
  evaluate: ({ subject: { component }, known, options }) => {
    const pattern = mostSpecific(Object.keys(options.packages), component.name);
    const mode = (pattern === undefined ? undefined : options.packages[pattern]) ?? options.mode;
    if (mode === 'off') return { notApplicable: 'the policy does not look at its provenance' };
    if (component.isBundled) return { notApplicable: 'it travels inside the tarball of another package' };
    const name = labelOf(component);
    const policyKey = pattern === undefined ? 'checks.provenance.mode' : `checks.provenance.packages.${pattern}`;
    const missing: FindingDraft = {
      rule: 'provenance/missing',
      message: `${name} has no provenance, and the policy requires it`,
      policyKey,
      help: ['stay on a version that has it, or let the policy say `if-published` for this package'],
    };
    const result: VerifiedProvenance = known.provenance;
    switch (result.status) {
      case 'absent':
        if (mode === 'required') return [missing];
        return result.isAnnounced ? { notApplicable: 'its registry announces provenance and does not serve it' } : [];
      case 'refused':
        return [
          {
            rule: result.refusal.isUnknownSigner === true ? 'provenance/unknown-signer' : 'provenance/not-proven',
            message: `the attestations of ${name} do not hold: ${result.refusal.detail}`,
            facts: [
              { label: 'layer', value: result.refusal.layer, source: 'attestations' },
              { label: 'reason', value: result.refusal.reason, source: 'attestations' },
            ],
            help:
              result.refusal.isUnknownSigner === true
                ? ['run `lockgate trust update`, then try again']
                : ['do not install it; fetch the attestations from the registry itself and compare'],
          },
        ];
      case 'verified':
        if (result.provenance === undefined) return mode === 'required' ? [missing] : [];
        if (result.isAnnounced) return [];
        return [
          {
            rule: 'provenance/stripped',
            message: `${name} has provenance that the registry document does not announce`,
            help: ['ask the registry directly, without a mirror'],
          },
        ];
    }
  },
});
