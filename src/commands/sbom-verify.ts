import { resolve } from 'node:path';
import { readJsonDocument } from '../lockfiles/json-document.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { readFileBytes } from '../platform/files.ts';
import { readTrustText } from '../platform/trust-store.ts';
import { issuerOf } from '../provenance/artifact.ts';
import { createBundleVerifier } from '../provenance/bundle.ts';
import { maxSbomBundleLength, parseBundle } from '../provenance/bundle-shape.ts';
import { proveSbom, type SbomProof } from '../provenance/sbom-attestation.ts';
import { judge } from '../provenance/verdict.ts';
import { artifactDigest } from './artifact-digest.ts';
import type { Command, CommandResult, Invocation } from './command.ts';
import { readDocumentText } from './sbom-document.ts';
import { signerOptions, signerSpecs } from './signer-options.ts';
import { signerOf, trustRootOf } from './verify-artifact.ts';

/** `lockgate sbom verify`: did exactly this signer attest exactly this SBOM. */
export const sbomVerify: Command = {
  name: 'sbom verify',
  summary: 'Prove who signed an SBOM, and what it describes',
  usage: 'FILE --bundle FILE (--key FILE | --identity ID --issuer URL)',
  description: [
    'FILE must be the SBOM that was signed, to the last member; white space may differ. Offline.',
    'Identity and issuer are compared exactly. Exit code 1 when it is not proven.',
  ].join('\n'),
  maxPositionals: 1,
  options: {
    bundle: { type: 'string', value: 'FILE', description: 'The Sigstore bundle that `sbom sign` wrote' },
    ...signerSpecs,
    artifact: {
      type: 'string',
      value: 'FILE',
      description: 'What the SBOM must describe: the lockfile, or the artifact it was signed for',
    },
    json: { type: 'boolean', description: 'Print data instead of words' },
  },
  examples: [
    ['lockgate sbom verify bom.json --bundle bom.json.sigstore.json --key release.pub', 'signed by a key'],
    [
      'lockgate sbom verify bom.json --bundle b.json --identity https://github.com/acme/shop/.github/workflows/release.yml@refs/heads/main --issuer https://token.actions.githubusercontent.com',
      'signed by a workflow',
    ],
  ],
  run: async (invocation) => {
    const { positionals, text, environment } = invocation;
    const bundleFile = text('bundle');
    if (bundleFile === undefined) throw new GateError('usage', '--bundle is missing: what should prove it?');
    const signer = signerOf(signerInCwd(invocation));
    const { name, text: document } = readDocumentText(positionals[0], 'FILE', environment.cwd);
    const { value: sbom } = readJsonDocument(document, { file: name });
    const bundleText = Buffer.from(readFileBytes(resolve(environment.cwd, bundleFile), maxSbomBundleLength, bundleFile)).toString('utf8');
    const bundle = judge(() => parseBundle(bundleText, maxSbomBundleLength));
    const [artifact, trustRoot] = [text('artifact'), text('trust-root')];
    const result =
      bundle.verdict === 'refused'
        ? bundle
        : await proveSbom({
            sbom,
            bundle: bundle.value,
            signer,
            now: environment.now,
            verifier: () =>
              createBundleVerifier(
                trustRootOf({
                  readTrust: () => readTrustText(environment.variables),
                  ...(trustRoot === undefined ? {} : { trustRoot: resolve(environment.cwd, trustRoot) }),
                }),
              ),
            ...(artifact === undefined ? {} : { sha256: artifactDigest(artifact, environment.cwd) }),
          });
    if (result.verdict === 'accepted') return report(result.value, invocation);
    const { layer, reason, detail } = result.refusal;
    const refused = { verdict: 'fail', layer, reason, detail };
    return {
      exitCode: 1,
      stdout: invocation.flag('json') ? `${JSON.stringify(refused, null, 2)}\n` : `NOT PROVEN (${layer}): ${inertLine(detail)}\n`,
    };
  },
};

function signerInCwd(invocation: Invocation): ReturnType<typeof signerOptions> {
  const signer = signerOptions(invocation);
  return 'keyFile' in signer ? { keyFile: resolve(invocation.environment.cwd, signer.keyFile) } : signer;
}

function report({ subjects, bundle }: SbomProof, { flag, text }: Invocation): CommandResult {
  const signer = bundle?.signer.kind === 'certificate' ? bundle.signer.claims : undefined;
  const facts = {
    verdict: 'pass',
    signer: signer === undefined ? 'the key' : signer.subject.value,
    ...(signer === undefined ? {} : { issuer: issuerOf(signer) }),
    ...(bundle === undefined ? {} : { signedAt: new Date(bundle.signedTimes[0]).toISOString(), logs: bundle.logs }),
    describes: subjects.map(({ name, digest }) => ({ name, digest: Object.fromEntries(digest) })),
    isArtifactCompared: text('artifact') !== undefined,
  };
  if (flag('json')) return { exitCode: 0, stdout: `${JSON.stringify(facts, null, 2)}\n` };
  const compared = facts.isArtifactCompared ? '' : ' (not compared: name it with --artifact)';
  const lines = [
    'PROVEN',
    row('signed by', facts.signer),
    ...('issuer' in facts ? [row('vouched for', facts.issuer ?? 'nobody')] : []),
    row('signed at', facts.signedAt ?? 'a time that nobody has proven: no log has seen it'),
    ...(bundle?.logs ?? []).map(({ name, index }) => row('logged', `${name}, entry ${index}`)),
    ...subjects.map(({ name, digest }) => row('describes', `${name}, sha256:${digest.get('sha256') ?? ''}${compared}`)),
  ];
  return { exitCode: 0, stdout: `${lines.join('\n')}\n` };
}

function row(label: string, value: string): string {
  return `  ${label.padEnd(11)} ${inertLine(value)}`;
}
