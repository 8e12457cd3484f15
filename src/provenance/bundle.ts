import type { KeyObject } from 'node:crypto';
import { GateError } from '../model/gate-error.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import { type BundleShape, readBundleShape } from './bundle-shape.ts';
import { type CertificateClaims, readCertificate } from './certificate.ts';
import { isDer } from './der.ts';
import { type BoundEntry, bindEntries, checkLoggedSigner } from './log-entry.ts';
import { remember } from './remembered-certificate.ts';
import { type Artifact, signedContent } from './signed-content.ts';
import { isWithin, type TrustRoot } from './trust-root.ts';
import { judge, refuse, Refused, type Verdict } from './verdict.ts';

export interface BundleInput {
  /** The parsed JSON of the bundle: whatever it is. */
  readonly bundle: unknown;
  /** Needed for a message signature, compared by the caller for an envelope. */
  readonly artifact?: Artifact;
  /** The public key for bundles that are signed by one, by the bundle's hint; its validity is for the caller to judge. */
  readonly keyFor?: (hint: string) => KeyObject | undefined;
  readonly now: Milliseconds;
  /** Largest payload of an envelope; 256 KiB where nothing is said. */
  readonly maxPayloadBytes?: number;
}

/** What the cryptography of a bundle proves. Who may sign what is judged elsewhere. */
export interface VerifiedBundle {
  readonly signer: { readonly kind: 'certificate'; readonly claims: CertificateClaims } | { readonly kind: 'key'; readonly hint: string };
  /** Instants that a log or a timestamp authority has signed, earliest first; never empty. */
  readonly signedTimes: readonly [Milliseconds, ...Milliseconds[]];
  readonly logs: readonly { readonly name: string; readonly index: string }[];
  /** The envelope's payload, payload type and key id; absent for a message signature. */
  readonly envelope?: { readonly payloadType: string; readonly payload: Buffer; readonly keyid: string };
}

/** Verifies bundles against one trust root; build it once. */
export interface BundleVerifier {
  readonly trustRoot: TrustRoot;
  readonly verify: (input: BundleInput) => Verdict<VerifiedBundle>;
}

/** Clocks differ a little; a log entry from the future beyond this is no evidence. */
const clockSkew = 5 * 60_000;

/**
 * Loads Sigstore's verifier and gives it this trust root. Offline: nothing here opens a socket.
 * The strict gate before it closes what is open in @sigstore/verify 3.1: an entry bound to no log, a signer name used as
 * a pattern, entries counted twice, encodings read two ways. What reaches it is what the gate has understood.
 */
export async function createBundleVerifier(trustRoot: TrustRoot): Promise<BundleVerifier> {
  const [{ bundleFromJSON }, { TrustedRoot }, { toSignedEntity, toTrustMaterial, Verifier }] = await Promise.all([
    import('@sigstore/bundle'),
    import('@sigstore/protobuf-specs'),
    import('@sigstore/verify'),
  ]);
  const material = loadMaterial(() => toTrustMaterial(TrustedRoot.fromJSON(trustRoot.document), noKey));

  for (const { certChain } of [...material.certificateAuthorities, ...material.timestampAuthorities]) certChain.forEach(remember);

  const verify = (input: BundleInput): VerifiedBundle => {
    const shape = readBundleShape(input.bundle, input.maxPayloadBytes);
    const signer = readSigner(shape, input);
    for (const { signedTimestamp } of shape.verificationMaterial.timestampVerificationData?.rfc3161Timestamps ?? []) {
      if (!isDer(Buffer.from(signedTimestamp, 'base64'))) refuse('crypto', 'timestamp', 'a timestamp is not in distinguished encoding');
    }
    const entries = bindEntries(shape, trustRoot);
    const content = signedContent(shape, input.artifact);
    const keyed = 'key' in signer ? { ...material, publicKey: () => ({ publicKey: signer.key, validFor: () => true }) } : material;
    const signedTimes = cryptographically(() => {
      const bundle = bundleFromJSON(gated(shape, entries));
      const entity = { ...toSignedEntity(bundle), signature: content };
      if (entity.key.$case === 'certificate' && 'der' in signer && !remember(entity.key.certificate).root.toDER().equals(signer.der)) {
        refuse('crypto', 'certificate-encoding', 'the certificate does not re-encode to its own bytes');
      }
      new Verifier(keyed).verify(entity);
      // All timestamps of the entity were verified, or `verify` had thrown.
      return entity.timestamps.flatMap((timestamp) => {
        if (timestamp.$case === 'timestamp-authority') return [timestamp.timestamp.signingTime.getTime()];
        return timestamp.tlogEntry.inclusionPromise === undefined ? [] : [Number(timestamp.tlogEntry.integratedTime) * 1000];
      });
    });
    for (const { entry } of entries) checkLoggedSigner(entry, 'der' in signer ? { certificate: signer.der } : { spki: spkiOf(signer.key) });
    return { ...describe(shape, signer, entries), signedTimes: checkTimes(signedTimes, entries, input.now) };
  };
  return { trustRoot, verify: (input) => judge(() => verify(input)) };
}

/** A key or certificate in the trust root that the verifier cannot read is the trust root's fault. */
function loadMaterial<T>(load: () => T): T {
  try {
    return load();
  } catch (cause) {
    throw new GateError('configuration-invalid', 'the trust root holds a key or certificate that cannot be read', { cause });
  }
}

type Signer = { readonly der: Buffer; readonly claims: CertificateClaims } | { readonly key: KeyObject; readonly hint: string };

function readSigner(shape: BundleShape, input: BundleInput): Signer {
  const { certificate, x509CertificateChain, publicKey } = shape.verificationMaterial;
  if (publicKey !== undefined) {
    const key = input.keyFor?.(publicKey.hint);
    if (key === undefined) {
      refuse('binding', 'unknown-key', `the bundle is signed by a key that is not known: ${publicKey.hint}`, { isUnknownSigner: true });
    }
    return { key, hint: publicKey.hint };
  }
  const der = Buffer.from((certificate ?? x509CertificateChain?.certificates[0])?.rawBytes ?? '', 'base64');
  return { der, claims: readCertificate(der) };
}

/** The bundle as the gate has understood it: reduced checkpoints, no field that was not proven. */
function gated(shape: BundleShape, entries: readonly BoundEntry[]): BundleShape {
  return { ...shape, verificationMaterial: { ...shape.verificationMaterial, tlogEntries: entries.map(({ entry }) => entry) } };
}

/** Sigstore's verifier throws for whatever it refuses, a TypeError for some hostile input included. */
function cryptographically<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof Refused) throw error;
    const message = error instanceof Error ? error.message : 'unknown error';
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'UNVERIFIABLE';
    return refuse(
      'crypto',
      code
        .toLowerCase()
        .replaceAll('_', '-')
        .replace(/-error$/, ''),
      message,
    );
  }
}

/** The verifier checks a log's validity only where the log has promised a time. */
function checkTimes(times: readonly number[], entries: readonly BoundEntry[], now: Milliseconds): VerifiedBundle['signedTimes'] {
  const [first, ...rest] = times.map(milliseconds).sort((a, b) => a - b);
  if (first === undefined) refuse('crypto', 'timestamp', 'nothing proves when it was signed');
  const signedTimes = [first, ...rest] as const;
  for (const time of signedTimes) {
    if (!(time <= now + clockSkew)) refuse('crypto', 'timestamp', 'it was signed in the future');
    for (const { log } of entries) {
      if (!isWithin(time, log.validity)) refuse('crypto', 'log-validity', `it was signed outside of the validity of ${log.name}`);
    }
  }
  return signedTimes;
}

function describe(shape: BundleShape, signer: Signer, entries: readonly BoundEntry[]): Omit<VerifiedBundle, 'signedTimes'> {
  const envelope = shape.dsseEnvelope;
  return {
    signer: 'claims' in signer ? { kind: 'certificate', claims: signer.claims } : { kind: 'key', hint: signer.hint },
    logs: entries.map(({ entry, log }) => ({ name: log.name, index: entry.logIndex })),
    ...(envelope !== undefined && {
      envelope: {
        payloadType: envelope.payloadType,
        payload: Buffer.from(envelope.payload, 'base64'),
        keyid: envelope.signatures[0]?.keyid ?? '',
      },
    }),
  };
}

const exported = new WeakMap<KeyObject, Buffer>();

/** The bytes of a key; exporting one takes as long as three signature checks, and registries have two. */
function spkiOf(key: KeyObject): Buffer {
  const spki = exported.get(key) ?? key.export({ format: 'der', type: 'spki' });
  exported.set(key, spki);
  return spki;
}

function noKey(hint: string): never {
  return refuse('binding', 'unknown-key', `the bundle is signed by a key that is not known: ${hint}`, { isUnknownSigner: true });
}
