import { resolve } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import type { Verdict as ReportVerdict } from '../model/report.ts';
import { withDeadline } from '../platform/deadline.ts';
import { readOptionalText } from '../platform/files.ts';
import { readTrustText } from '../platform/trust-store.ts';
import { issuerOf } from '../provenance/artifact.ts';
import { readTrustData } from '../provenance/shipped-trust.ts';
import { defaultPolicyFile } from './project-settings.ts';
import type { Command, CommandResult, ExitCode, Invocation } from './command.ts';
import { signerOptions, signerSpecs } from './signer-options.ts';
import { type ArtifactRequest, verifyArtifact } from './verify-artifact.ts';
import { type PackageChain, verifyPackages } from './verify-package.ts';

const exitCodes: Readonly<Record<ReportVerdict, ExitCode>> = { pass: 0, fail: 1, inconclusive: 3 };

/** `lockgate verify`: who published and who built it, from what, when, and by which log; or whether a bundle holds. */
export const verify: Command = {
  name: 'verify',
  summary: 'Prove who published and built a package, or that a Sigstore bundle holds',
  usage: 'NAME@VERSION... | --bundle FILE --artifact FILE (--identity ID --issuer URL | --key FILE)',
  description: [
    'With package versions: the registry’s signature, its attestation, the build and the history, in plain words.',
    'With --bundle: any Sigstore bundle over an artifact, GitHub artifact attestations included. Identity and issuer are compared exactly.',
  ].join('\n'),
  maxPositionals: 100,
  options: {
    bundle: { type: 'string', value: 'FILE', description: 'A Sigstore bundle (v0.1 to v0.3)' },
    artifact: { type: 'string', value: 'FILE', description: 'What it is about: a file, or sha256:HEX' },
    ...signerSpecs,
    policy: { type: 'string', short: 'p', value: 'FILE', description: `Another policy file than ${defaultPolicyFile}` },
    offline: { type: 'boolean', description: 'Ask nobody: use what is remembered' },
    json: { type: 'boolean', description: 'Print data instead of words' },
  },
  examples: [
    ['lockgate verify sigstore@3.0.0', 'the whole chain of one version'],
    [
      'lockgate verify --bundle app.sigstore.json --artifact app.tgz --identity you@example.org --issuer https://accounts.example.org',
      'a bundle of your own',
    ],
  ],
  run: (invocation) => (invocation.text('bundle') === undefined ? runPackages(invocation) : runBundle(invocation)),
};

async function runPackages(invocation: Invocation): Promise<CommandResult> {
  const { environment, positionals } = invocation;
  if (positionals.length === 0) throw new GateError('usage', 'name a version to verify: lockgate verify NAME@VERSION');
  const named = invocation.text('policy');
  const policy = readOptionalText(resolve(environment.cwd, named ?? defaultPolicyFile));
  if (named !== undefined && policy === undefined) throw new GateError('policy-missing', `there is no policy file ${named}`);
  const npmrc = readOptionalText(resolve(environment.cwd, '.npmrc'));
  const request = {
    packages: positionals.map(parseSpec),
    isOffline: invocation.flag('offline'),
    variables: environment.variables,
    now: environment.now,
    ...(npmrc === undefined ? {} : { npmrc }),
    ...(policy === undefined ? {} : { policy: { text: policy, path: named ?? defaultPolicyFile } }),
  };
  const chains = await withDeadline(60_000, environment.signal, (signal) => verifyPackages({ ...request, signal }));
  const exitCode = exitCodes[worst(chains.map(({ verdict }) => verdict))];
  if (invocation.flag('json')) return { exitCode, stdout: `${JSON.stringify(chains, null, 2)}\n` };
  return { exitCode, stdout: `${[...chains.map(describe), trustLine(invocation)].join('\n')}\n` };
}

async function runBundle(invocation: Invocation): Promise<CommandResult> {
  const { environment } = invocation;
  const { bundle, artifact, signer } = bundleOptions(invocation);
  const trustRoot = invocation.text('trust-root');
  const inCwd = (path: string): string => (path.startsWith('sha256:') ? path : resolve(environment.cwd, path));
  const result = await verifyArtifact({
    bundle: inCwd(bundle),
    artifact: inCwd(artifact),
    signer: 'keyFile' in signer ? { keyFile: inCwd(signer.keyFile) } : signer,
    now: environment.now,
    readTrust: () => readTrustText(environment.variables),
    ...(trustRoot === undefined ? {} : { trustRoot: inCwd(trustRoot) }),
  });
  const exitCode = result.verdict === 'accepted' ? 0 : 1;
  if (result.verdict === 'refused') {
    const { layer, reason, detail } = result.refusal;
    const stdout = invocation.flag('json')
      ? `${JSON.stringify({ verdict: 'fail', layer, reason, detail }, null, 2)}\n`
      : `NOT PROVEN (${layer}): ${inertLine(detail)}\n`;
    return { exitCode, stdout };
  }
  const { signer: proven, signedTimes, logs } = result.value.bundle;
  const facts = {
    verdict: 'pass',
    signer: proven.kind === 'key' ? 'the key' : proven.claims.subject.value,
    ...(proven.kind === 'key' ? {} : { issuer: issuerOf(proven.claims) }),
    signedAt: new Date(signedTimes[0]).toISOString(),
    logs,
    ...(result.value.statement === undefined ? {} : { predicateType: result.value.statement.predicateType }),
  };
  if (invocation.flag('json')) return { exitCode, stdout: `${JSON.stringify(facts, null, 2)}\n` };
  const lines = [
    'PROVEN',
    row('signed by', facts.signer),
    ...('issuer' in facts ? [row('vouched for', facts.issuer ?? 'nobody')] : []),
    row('signed at', facts.signedAt),
    ...logs.map(({ name, index }) => row('logged', `${name}, entry ${index}`)),
    ...('predicateType' in facts ? [row('attests', facts.predicateType ?? '')] : []),
  ];
  return { exitCode, stdout: `${lines.join('\n')}\n` };
}

function bundleOptions(invocation: Invocation): Pick<ArtifactRequest, 'bundle' | 'artifact' | 'signer'> {
  const { positionals, text } = invocation;
  const [bundle, artifact] = [text('bundle'), text('artifact')];
  if (positionals.length > 0) throw new GateError('usage', '--bundle and package versions exclude each other');
  if (bundle === undefined || artifact === undefined)
    throw new GateError('usage', '--bundle needs --artifact: a bundle proves something about something');
  return { bundle, artifact, signer: signerOptions(invocation) };
}

function parseSpec(text: string): { readonly name: string; readonly version: string } {
  const at = text.lastIndexOf('@');
  if (at <= 0 || at === text.length - 1)
    throw new GateError('usage', `${inertLine(text)} is not NAME@VERSION`, { hint: 'an exact version, not a range or a tag' });
  return { name: text.slice(0, at), version: text.slice(at + 1) };
}

function worst(verdicts: readonly ReportVerdict[]): ReportVerdict {
  return verdicts.includes('fail') ? 'fail' : verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

const titles: Readonly<Record<ReportVerdict, string>> = { pass: 'PROVEN', fail: 'REFUSED', inconclusive: 'INCONCLUSIVE' };

const keySources: Readonly<Record<string, string>> = {
  policy: 'named by the policy',
  shipped: 'from the trust data',
  endpoint: 'on the word of its own endpoint',
};

function describe(chain: PackageChain): string {
  const { signature, publication, build } = chain;
  const times: Readonly<Record<string, string>> = {
    'transparency-log': 'at a time that a transparency log has signed',
    packument: 'at the time that its unsigned document names',
    none: 'at a time that nobody names',
  };
  return [
    `${chain.verdict === 'pass' && build === undefined ? 'SIGNED' : titles[chain.verdict]}  ${inertLine(`${chain.name}@${chain.version}`)}`,
    ...(chain.integrity === undefined ? [] : [row('bytes', `${chain.integrity} (as the registry names them)`)]),
    signature === undefined
      ? row('signature', 'none that holds')
      : row(
          'signature',
          `by the registry’s key ${signature.keyid} (${keySources[signature.keySource] ?? ''}), ${times[signature.timeSource] ?? ''}`,
        ),
    ...(publication === undefined
      ? []
      : [row('published', `${publication.loggedAt}, attested by ${publication.registry}, logged in ${publication.log}`)]),
    ...(build === undefined
      ? [row('built from', 'nobody has proven it: there is no provenance that holds')]
      : [
          row('built from', build.sourceRepository),
          row('commit', `${build.commit}, ${build.ref}`),
          row('workflow', build.workflow),
          ...(build.signer === build.workflow ? [] : [row('signed by', build.signer)]),
          row('started by', `${build.trigger}${build.runner === undefined ? '' : ` on a ${build.runner} runner`}`),
          ...(build.run === undefined ? [] : [row('run', build.run)]),
          row('signed', `${build.signedAt}, logged in ${build.log} as entry ${build.logIndex}`),
        ]),
    ...chain.earlier.map(({ version, provenance }) => row('before', `${version}: provenance ${provenance}`)),
    ...chain.findings.map(({ rule, severity, message }) => `  ${severity}[${rule}]: ${inertLine(message)}`),
    ...new Set(chain.inconclusive.map(({ source, detail }) => `  inconclusive (${source}): ${inertLine(detail)}`)),
    '',
  ].join('\n');
}

function row(label: string, value: string): string {
  return `  ${label.padEnd(11)} ${inertLine(value)}`;
}

function trustLine({ environment }: Invocation): string {
  const { date, source } = readTrustData(readTrustText(environment.variables));
  return `trust root of ${new Date(date).toISOString().slice(0, 10)} (${source})`;
}
