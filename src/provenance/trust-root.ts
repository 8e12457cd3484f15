import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { GateError } from '../model/gate-error.ts';
import { type Milliseconds, parseInstant } from '../model/units.ts';
import { base64Text } from './base64.ts';
import { mayBeUnset } from './protobuf-json.ts';

/** A time window with both ends included, as Sigstore's protobuf specification asks. Milliseconds since the epoch. */
export interface Validity {
  readonly start: Milliseconds;
  readonly end?: Milliseconds;
}

/** A transparency log that the trust root names. */
export interface TrustedLog {
  /** The whole log id, base64. */
  readonly id: string;
  /** The name that its checkpoints are signed with: host, port and path of its address. */
  readonly name: string;
  readonly validity: Validity;
}

/** A validated trusted root: what may be believed, from when to when. */
export interface TrustRoot {
  /** SHA-256 of the file's text, hexadecimal. */
  readonly digest: string;
  readonly logs: readonly TrustedLog[];
  /** Logs under the number that their checkpoint lines carry: the first four bytes of the id, hexadecimal. */
  readonly logByHint: ReadonlyMap<string, TrustedLog>;
  /** The parsed document, for the verifier: every field of it has been proven. */
  readonly document: unknown;
}

const maxLength = 512 * 1024;
const instant = v.pipe(
  v.string(),
  v.check((text) => parseInstant(text) !== undefined, 'not an RFC 3339 instant'),
);
// The protobuf default for a missing start is "since ever": a trust root that leaves it out would trust a key for all times.
const validFor = v.object({ start: instant, end: mayBeUnset(instant) });
const logId = v.object({ keyId: v.pipe(base64Text(32), v.length(44)) });
const log = v.object({
  baseUrl: v.pipe(v.string(), v.maxLength(500), v.regex(/^https?:\/\/[A-Za-z0-9.:/_-]+$/)),
  hashAlgorithm: v.literal('SHA2_256'),
  publicKey: v.object({ rawBytes: base64Text(2048), keyDetails: v.string(), validFor }),
  logId,
  checkpointKeyId: mayBeUnset(logId),
  operator: mayBeUnset(v.string()),
});
const authority = v.object({
  subject: mayBeUnset(v.object({ organization: mayBeUnset(v.string()), commonName: mayBeUnset(v.string()) })),
  uri: mayBeUnset(v.string()),
  certChain: v.object({
    certificates: v.pipe(v.array(v.object({ rawBytes: base64Text(16 * 1024) })), v.minLength(1), v.maxLength(8)),
  }),
  validFor,
  operator: mayBeUnset(v.string()),
});
const document = v.object({
  mediaType: v.pipe(v.string(), v.regex(/^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.[12]|\.v0\.[12]\+json)$/)),
  tlogs: v.pipe(v.array(log), v.maxLength(64)),
  certificateAuthorities: v.pipe(v.array(authority), v.maxLength(64)),
  ctlogs: v.optional(v.pipe(v.array(log), v.maxLength(64)), []),
  timestampAuthorities: v.optional(v.pipe(v.array(authority), v.maxLength(64)), []),
});

/**
 * Reads a Sigstore trusted root (trustedroot v0.1 or v0.2, JSON) and proves it: every validity has a start, every log
 * id belongs to its key, no two logs can be mistaken for one another.
 * @throws GateError `configuration-invalid`: a trust root is the user's, and nothing works without a sound one
 */
export function readTrustRoot(text: string): TrustRoot {
  if (text.length > maxLength) throw invalid('it is larger than 512 KiB');
  const parsed = v.safeParse(document, parseJson(text));
  if (!parsed.success) throw invalid(describe(parsed.issues[0]));
  const { tlogs, ctlogs } = parsed.output;
  for (const entry of [...tlogs, ...ctlogs]) {
    if (!isIdOf(entry)) throw invalid(`the id of ${entry.baseUrl} is not the hash of its key`);
  }
  const logs = tlogs.map((entry) => ({
    id: entry.logId.keyId,
    name: logName(entry.baseUrl),
    validity: validityOf(entry.publicKey.validFor),
  }));
  const logByHint = new Map(logs.map((entry) => [hintOf(entry.id), entry]));
  if (logByHint.size !== logs.length) throw invalid('two logs share the first bytes of their ids');
  return { digest: createHash('sha256').update(text).digest('hex'), logs, logByHint, document: parsed.output };
}

/** Whether an instant lies in a window, both ends included. */
export function isWithin(at: Milliseconds, { start, end }: Validity): boolean {
  return at >= start && (end === undefined || at <= end);
}

/** The first four bytes of a base64 log id, hexadecimal. */
export function hintOf(id: string): string {
  return Buffer.from(id, 'base64').subarray(0, 4).toString('hex');
}

/** `https://rekor.example/path/` signs its checkpoints as `rekor.example/path`. */
function logName(baseUrl: string): string {
  return baseUrl.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

/**
 * RFC 6962 names a log by the SHA-256 of its key; Rekor v2 by C2SP signed-note's key id, over the log's name, the
 * signature type (1: Ed25519) and the raw key. Both occur for Ed25519.
 */
function isIdOf(entry: v.InferOutput<typeof log>): boolean {
  if (entry.checkpointKeyId !== undefined && entry.checkpointKeyId.keyId !== entry.logId.keyId) return false;
  const key = readKey(entry.publicKey.rawBytes, entry.publicKey.keyDetails.startsWith('PKCS1_') ? 'pkcs1' : 'spki');
  const spki = key?.export({ format: 'der', type: 'spki' });
  if (spki === undefined) return false;
  if (entry.logId.keyId === sha256(spki)) return true;
  const noteKey = Buffer.concat([Buffer.from(`${logName(entry.baseUrl)}\n\u0001`), spki.subarray(-32)]);
  return key?.asymmetricKeyType === 'ed25519' && entry.logId.keyId === sha256(noteKey);
}

function readKey(base64: string, type: 'spki' | 'pkcs1'): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type });
  } catch {
    return undefined; // not a public key at all
  }
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}

function validityOf({ start, end }: { readonly start: string; readonly end?: string | undefined }): Validity {
  const from = parseInstant(start);
  const until = parseInstant(end);
  if (from === undefined || (until !== undefined && !(until >= from))) throw invalid('a validity ends before it starts');
  return until === undefined ? { start: from } : { start: from, end: until };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid('it is not JSON');
    throw error;
  }
}

function describe(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`;
}

function invalid(what: string): GateError {
  return new GateError('configuration-invalid', `the trust root cannot be used: ${what}`, {
    hint: 'use a trusted_root.json as Sigstore publishes it, or run `lockgate trust update`',
  });
}
