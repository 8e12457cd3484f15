import * as v from 'valibot';
import { base64Text } from './base64.ts';
import { mayBeUnset } from './protobuf-json.ts';
import { refuse } from './verdict.ts';

/** The parts of a bundle that are understood. A field that protobuf leaves unset is absent or undefined. */
export interface BundleShape {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly certificate?: RawCertificate | undefined;
    readonly x509CertificateChain?: { readonly certificates: readonly RawCertificate[] } | undefined;
    readonly publicKey?: { readonly hint: string } | undefined;
    readonly tlogEntries: readonly LogEntryShape[];
    readonly timestampVerificationData?: { readonly rfc3161Timestamps: readonly { readonly signedTimestamp: string }[] } | undefined;
  };
  readonly dsseEnvelope?:
    | {
        readonly payload: string;
        readonly payloadType: string;
        readonly signatures: readonly { readonly sig: string; readonly keyid: string }[];
      }
    | undefined;
  readonly messageSignature?:
    | {
        readonly messageDigest: { readonly algorithm: 'SHA2_256' | 'SHA2_384' | 'SHA2_512'; readonly digest: string };
        readonly signature: string;
      }
    | undefined;
}

/** A transparency log entry; numbers are decimal texts, bytes are base64. */
export interface LogEntryShape {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly integratedTime: string;
  readonly inclusionPromise?: { readonly signedEntryTimestamp: string } | undefined;
  readonly inclusionProof?: InclusionProofShape | undefined;
  readonly canonicalizedBody: string;
}

export interface InclusionProofShape {
  readonly logIndex: string;
  readonly rootHash: string;
  readonly treeSize: string;
  readonly hashes: readonly string[];
  readonly checkpoint?: { readonly envelope: string } | undefined;
}

interface RawCertificate {
  readonly rawBytes: string;
}

const maxBundleLength = 256 * 1024;
/** An attestation of an SBOM carries the whole SBOM; everything else is small. */
export const maxSbomBundleLength: number = 96 * 1024 * 1024;
const maxEntries = 8;

/** int64 in protobuf JSON: decimal, no sign, no leading zero, exact in a JavaScript number. */
const integer = v.pipe(
  v.string(),
  v.regex(/^(?:0|[1-9][0-9]{0,15})$/),
  v.check((text) => Number.isSafeInteger(Number(text)), 'not a safe integer'),
);
/** Protobuf JSON leaves out a number that is 0, e.g. the index of a log's first entry. */
const integerOrUnset = v.optional(integer, '0');
const sha256Base64 = v.pipe(base64Text(32), v.length(44));
const text = (max: number): v.GenericSchema<unknown, string> => v.pipe(v.string(), v.maxLength(max));
const rawCertificate = v.object({ rawBytes: base64Text(8 * 1024) });

const inclusionProof = v.object({
  logIndex: integerOrUnset,
  rootHash: sha256Base64,
  treeSize: integer,
  hashes: v.optional(v.pipe(v.array(sha256Base64), v.maxLength(64)), []),
  checkpoint: mayBeUnset(v.object({ envelope: text(8 * 1024) })),
});

const logEntry = v.object({
  logIndex: integerOrUnset,
  logId: v.object({ keyId: sha256Base64 }),
  kindVersion: v.object({ kind: text(32), version: text(16) }),
  integratedTime: integerOrUnset,
  inclusionPromise: mayBeUnset(v.object({ signedEntryTimestamp: base64Text(1024) })),
  inclusionProof: mayBeUnset(inclusionProof),
  canonicalizedBody: base64Text(maxBundleLength),
});

const bundleSchema = v.object({
  mediaType: v.picklist([
    'application/vnd.dev.sigstore.bundle+json;version=0.1',
    'application/vnd.dev.sigstore.bundle+json;version=0.2',
    'application/vnd.dev.sigstore.bundle+json;version=0.3',
    'application/vnd.dev.sigstore.bundle.v0.3+json',
  ]),
  verificationMaterial: v.object({
    certificate: mayBeUnset(rawCertificate),
    x509CertificateChain: mayBeUnset(v.object({ certificates: v.pipe(v.array(rawCertificate), v.minLength(1), v.maxLength(8)) })),
    publicKey: mayBeUnset(v.object({ hint: text(256) })),
    tlogEntries: v.optional(v.pipe(v.array(logEntry), v.maxLength(maxEntries)), []),
    timestampVerificationData: mayBeUnset(
      v.object({
        rfc3161Timestamps: v.optional(v.pipe(v.array(v.object({ signedTimestamp: base64Text(16 * 1024) })), v.maxLength(maxEntries)), []),
      }),
    ),
  }),
  dsseEnvelope: mayBeUnset(
    v.object({
      payload: base64Text(maxSbomBundleLength),
      payloadType: text(256),
      signatures: v.pipe(v.array(v.object({ sig: text(4096), keyid: v.optional(text(256), '') })), v.length(1)),
    }),
  ),
  messageSignature: mayBeUnset(
    v.object({
      messageDigest: v.object({ algorithm: v.picklist(['SHA2_256', 'SHA2_384', 'SHA2_512']), digest: base64Text(64) }),
      signature: text(4096),
    }),
  ),
});

/**
 * Proves the shape of a Sigstore bundle (v0.1 to v0.3, JSON): sizes, counts, canonical numbers and base64, exactly one
 * kind of content with exactly one signature, exactly one kind of signer. Fields that it does not know are dropped.
 */
export function readBundleShape(value: unknown, maxPayloadBytes: number = maxBundleLength): BundleShape {
  const parsed = v.safeParse(bundleSchema, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    refuse('format', 'bundle', `the bundle is malformed at ${v.getDotPath(issue) ?? 'its root'}: ${issue.message}`);
  }
  const bundle = parsed.output;
  if ((bundle.dsseEnvelope?.payload.length ?? 0) > Math.ceil(maxPayloadBytes / 3) * 4)
    refuse('format', 'bundle-size', `the payload is larger than ${maxPayloadBytes} bytes`);
  const { certificate, x509CertificateChain, publicKey } = bundle.verificationMaterial;
  if ((bundle.dsseEnvelope === undefined) === (bundle.messageSignature === undefined)) {
    refuse('format', 'bundle-content', 'the bundle does not hold exactly one of an envelope and a message signature');
  }
  if ([certificate, x509CertificateChain, publicKey].filter((signer) => signer !== undefined).length !== 1) {
    refuse('format', 'bundle-signer', 'the bundle does not name exactly one signer: a certificate, a chain or a key');
  }
  return bundle;
}

/** Parses a bundle's text, at most 256 KiB where nothing else is said. */
export function parseBundle(json: string, maxLength: number = maxBundleLength): unknown {
  if (json.length > maxLength) refuse('format', 'bundle-size', `the bundle is larger than ${maxLength} characters`);
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return refuse('format', 'bundle', 'the bundle is not JSON');
    throw error;
  }
}
