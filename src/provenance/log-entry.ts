import * as v from 'valibot';
import type { BundleShape, LogEntryShape } from './bundle-shape.ts';
import { bindCheckpoint } from './checkpoint.ts';
import type { TrustedLog, TrustRoot } from './trust-root.ts';
import { refuse } from './verdict.ts';

/** A log entry that the gate has let through, with the log that it claims. */
export interface BoundEntry {
  readonly entry: LogEntryShape;
  readonly log: TrustedLog;
}

/** What may be logged for which content: a payload's hash must never be taken for a message's. */
const kinds: Readonly<Record<'dsseEnvelope' | 'messageSignature', readonly string[]>> = {
  dsseEnvelope: ['dsse/0.0.1', 'intoto/0.0.2', 'dsse/0.0.2', 'hashedrekord/0.0.2'],
  messageSignature: ['hashedrekord/0.0.1', 'hashedrekord/0.0.2'],
};

const text = v.string();
const verifierV2 = v.union([
  v.object({ x509Certificate: v.object({ rawBytes: text }) }),
  v.object({ publicKey: v.object({ rawBytes: text }) }),
]);
/** Where each kind of entry names its signer; a body of another shape does not name one. */
const bodies = {
  'dsse/0.0.1': v.object({ spec: v.object({ signatures: v.tuple([v.object({ verifier: text })]) }) }),
  'intoto/0.0.2': v.object({
    spec: v.object({ content: v.object({ envelope: v.object({ signatures: v.tuple([v.object({ publicKey: text })]) }) }) }),
  }),
  'hashedrekord/0.0.1': v.object({ spec: v.object({ signature: v.object({ publicKey: v.object({ content: text }) }) }) }),
  'dsse/0.0.2': v.object({ spec: v.object({ dsseV002: v.object({ signatures: v.tuple([v.object({ verifier: verifierV2 })]) }) }) }),
  'hashedrekord/0.0.2': v.object({
    spec: v.object({ hashedRekordV002: v.object({ signature: v.object({ verifier: verifierV2 }) }) }),
  }),
} as const;

/**
 * Binds every log entry to the log that it claims: a log that the trust root names, a checkpoint of that log, no entry
 * twice, a kind that fits the content. Bundles of v0.2 and later must prove inclusion; v0.1 may rest on a promise.
 */
export function bindEntries(bundle: BundleShape, root: TrustRoot): readonly BoundEntry[] {
  const entries = bundle.verificationMaterial.tlogEntries;
  if (entries.length === 0) refuse('crypto', 'log-entry-missing', 'the bundle has no transparency log entry');
  const seen = new Set<string>();
  return entries.map((entry) => {
    const log = root.logs.find(({ id }) => id === entry.logId.keyId);
    if (log === undefined) {
      refuse('crypto', 'unknown-log', 'the entry is in a log that the trust root does not name', { isUnknownSigner: true });
    }
    for (const mark of [`body ${entry.canonicalizedBody}`, `index ${log.id} ${entry.logIndex}`]) {
      if (seen.has(mark)) refuse('crypto', 'duplicate-log-entry', 'the bundle holds the same log entry twice');
      seen.add(mark);
    }
    const content = bundle.dsseEnvelope === undefined ? 'messageSignature' : 'dsseEnvelope';
    const kind = kindOf(entry);
    if (!kinds[content].includes(kind)) refuse('crypto', 'log-entry-kind', `a log entry of kind ${kind} does not fit the bundle's content`);
    if (entry.inclusionProof === undefined) return { entry: promised(entry, bundle), log };
    // Rekor v2 knows one index only; nothing signs the outer one by itself. Rekor v1 counts over all its shards there.
    if (kind.endsWith('/0.0.2') && !kind.startsWith('intoto') && entry.logIndex !== entry.inclusionProof.logIndex) {
      refuse('crypto', 'log-entry-index', 'the log entry and its inclusion proof name two indexes');
    }
    return { entry: { ...entry, inclusionProof: bindCheckpoint(entry.inclusionProof, log) }, log };
  });
}

/**
 * The key that signed, as the log recorded it, must be the bundle's. Two keys can be made that verify one ECDSA
 * signature, and the verifier compares only signature and hash.
 * @param signer the bundle's certificate or public key, DER
 */
export function checkLoggedSigner(entry: LogEntryShape, signer: { readonly certificate: Buffer } | { readonly spki: Buffer }): void {
  const logged = loggedSigner(entry);
  const isSame =
    'certificate' in signer ? logged.certificate?.equals(signer.certificate) === true : logged.spki?.equals(signer.spki) === true;
  if (!isSame) refuse('crypto', 'logged-signer', 'the log recorded another signer than the bundle names');
}

function promised(entry: LogEntryShape, bundle: BundleShape): LogEntryShape {
  if (!bundle.mediaType.endsWith('version=0.1') || entry.inclusionPromise === undefined) {
    refuse('crypto', 'inclusion-proof-missing', 'the log entry has no inclusion proof');
  }
  return entry;
}

interface LoggedSigner {
  readonly certificate?: Buffer;
  readonly spki?: Buffer;
}

function loggedSigner(entry: LogEntryShape): LoggedSigner {
  const body = parseBody(entry);
  switch (kindOf(entry)) {
    case 'dsse/0.0.1':
      return fromPem(shaped(bodies['dsse/0.0.1'], body).spec.signatures[0].verifier);
    case 'intoto/0.0.2':
      return fromPem(shaped(bodies['intoto/0.0.2'], body).spec.content.envelope.signatures[0].publicKey);
    case 'hashedrekord/0.0.1':
      return fromPem(shaped(bodies['hashedrekord/0.0.1'], body).spec.signature.publicKey.content);
    case 'dsse/0.0.2':
      return fromDer(shaped(bodies['dsse/0.0.2'], body).spec.dsseV002.signatures[0].verifier);
    case 'hashedrekord/0.0.2':
      return fromDer(shaped(bodies['hashedrekord/0.0.2'], body).spec.hashedRekordV002.signature.verifier);
    default:
      return refuse('crypto', 'log-entry-kind', `log entries of kind ${kindOf(entry)} are not understood`);
  }
}

function fromDer(verifier: v.InferOutput<typeof verifierV2>): LoggedSigner {
  return 'x509Certificate' in verifier
    ? { certificate: Buffer.from(verifier.x509Certificate.rawBytes, 'base64') }
    : { spki: Buffer.from(verifier.publicKey.rawBytes, 'base64') };
}

/** Rekor v1 records a PEM text in base64: of a certificate for keyless signers, else of a key. Only its bytes are compared. */
function fromPem(base64: string): LoggedSigner {
  const match = /^\s*-----BEGIN (CERTIFICATE|PUBLIC KEY)-----([A-Za-z0-9+/=\s]+)-----END \1-----/.exec(
    Buffer.from(base64, 'base64').toString('latin1'),
  );
  if (match === null) refuse('crypto', 'logged-signer', 'the log entry records no readable signer');
  const der = Buffer.from(match[2] ?? '', 'base64');
  return match[1] === 'CERTIFICATE' ? { certificate: der } : { spki: der };
}

function parseBody(entry: LogEntryShape): unknown {
  try {
    return JSON.parse(Buffer.from(entry.canonicalizedBody, 'base64').toString('utf8'));
  } catch {
    return refuse('crypto', 'log-entry-body', 'the log entry is not JSON');
  }
}

function shaped<T>(schema: v.GenericSchema<unknown, T>, body: unknown): T {
  const parsed = v.safeParse(schema, body);
  return parsed.success ? parsed.output : refuse('crypto', 'log-entry-body', 'the log entry does not name exactly one signer');
}

function kindOf({ kindVersion }: LogEntryShape): string {
  return `${kindVersion.kind}/${kindVersion.version}`;
}
