import { createPrivateKey, type KeyObject } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { readJsonDocument } from '../lockfiles/json-document.ts';
import { GateError } from '../model/gate-error.ts';
import { readFileBytes, statPath, writeFileAtomic } from '../platform/files.ts';
import { signWithKey, statementType } from '../provenance/key-signature.ts';
import { type SbomSubject, sbomStatement } from '../provenance/sbom-attestation.ts';
import { documentedLockfile } from '../sbom/documented-lockfile.ts';
import { artifactDigest } from './artifact-digest.ts';
import type { Command, Invocation } from './command.ts';
import { readDocumentText } from './sbom-document.ts';

const largestSbom = 64 * 1024 * 1024;

/** `lockgate sbom sign`: an attestation that an SBOM describes a lockfile or an artifact, by a key or by an identity. */
export const sbomSign: Command = {
  name: 'sbom sign',
  summary: 'Sign an SBOM: an in-toto attestation by a key, or keyless by an identity',
  usage: 'FILE [--key FILE] [--artifact FILE]',
  description: [
    'FILE is CycloneDX JSON. The attestation says that it describes --artifact, or else the lockfile that it was made from.',
    'With --key nothing leaves this machine, and the signature proves who, not when. Without, an identity token is needed',
    '(GitHub Actions with id-token: write, or SIGSTORE_ID_TOKEN): the identity and a hash then stand in a public log for good.',
  ].join('\n'),
  maxPositionals: 1,
  options: {
    key: { type: 'string', value: 'FILE', description: 'A private key in PEM: ECDSA P-256 or Ed25519, not encrypted' },
    artifact: {
      type: 'string',
      value: 'FILE',
      description: 'What the SBOM describes instead of the lockfile, e.g. the packed application',
    },
    output: { type: 'string', short: 'o', value: 'FILE', description: 'Where the bundle goes; FILE.sigstore.json by default' },
    'fulcio-url': { type: 'string', value: 'URL', description: 'Another certificate authority than the public one' },
    'rekor-url': { type: 'string', value: 'URL', description: 'Another transparency log (v1)' },
    'timestamp-url': { type: 'string', value: 'URL', description: 'A timestamp authority to ask as well' },
  },
  examples: [
    ['lockgate sbom sign bom.json --key release.pem', 'by a key of your own, offline'],
    ['lockgate sbom sign bom.json --artifact shop.tgz', 'keyless, in a pipeline that has an identity token'],
  ],
  run: async (invocation) => {
    const { positionals, text, environment } = invocation;
    const { name, text: document } = readDocumentText(positionals[0], 'FILE', environment.cwd);
    if (document.length > largestSbom) throw new GateError('input-invalid', `${name} is larger than 64 MiB`);
    const { value: sbom } = readJsonDocument(document, { file: name });
    const subject = subjectOf(sbom, name, invocation);
    const keyFile = text('key');
    const statement = sbomStatement(sbom, subject);
    const bundle =
      keyFile === undefined ? await keyless(statement, invocation) : signWithKey(statement, privateKey(keyFile, environment.cwd));
    const output = text('output') ?? `${name}.sigstore.json`;
    writeFileAtomic(resolve(environment.cwd, output), `${JSON.stringify(bundle)}\n`);
    return { exitCode: 0, stderr: `wrote ${output}: ${name} describes ${subject.name}, sha256:${subject.sha256}\n` };
  },
};

/** The artifact, or the lockfile as the SBOM names it: which must still be that one, where it lies here. */
function subjectOf(sbom: unknown, name: string, { text, environment: { cwd } }: Invocation): SbomSubject {
  const artifact = text('artifact');
  if (artifact !== undefined) return { name: basename(artifact), sha256: artifactDigest(artifact, cwd) };
  const lockfile = documentedLockfile(sbom);
  if (lockfile === undefined)
    throw new GateError('input-invalid', `${name} does not say which lockfile it was made from`, {
      hint: 'name what it describes with --artifact',
    });
  if (statPath(resolve(cwd, lockfile.name)) === 'file' && artifactDigest(lockfile.name, cwd) !== lockfile.sha256)
    throw new GateError('input-invalid', `${lockfile.name} has changed since ${name} was made from it`, { hint: 'write the SBOM again' });
  return lockfile;
}

function privateKey(path: string, cwd: string): KeyObject {
  const bytes = readFileBytes(resolve(cwd, path), 64 * 1024, path);
  try {
    return createPrivateKey(Buffer.from(bytes));
  } catch (cause) {
    throw new GateError('input-invalid', `${path} holds no private key in PEM, or an encrypted one`, { cause });
  }
}

async function keyless(statement: string, { text, environment: { variables } }: Invocation): Promise<unknown> {
  const [identityToken, fulcioUrl, rekorUrl, timestampUrl] = [
    variables['SIGSTORE_ID_TOKEN'],
    ...['fulcio-url', 'rekor-url', 'timestamp-url'].map(text),
  ];
  if (identityToken === undefined && variables['ACTIONS_ID_TOKEN_REQUEST_URL'] === undefined) {
    throw new GateError('usage', 'there is neither a key nor an identity token to sign with', {
      hint: 'name a key with --key, give the job id-token: write, or set SIGSTORE_ID_TOKEN',
    });
  }
  // Only keyless signing speaks to services: without it nothing of them is loaded.
  const { attestKeyless } = await import('../platform/keyless.ts');
  return attestKeyless({
    payload: Buffer.from(statement),
    payloadType: statementType,
    ...(identityToken === undefined ? {} : { identityToken }),
    ...(fulcioUrl === undefined ? {} : { fulcioUrl }),
    ...(rekorUrl === undefined ? {} : { rekorUrl }),
    ...(timestampUrl === undefined ? {} : { timestampUrl }),
  });
}
