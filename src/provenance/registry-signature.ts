import { verify } from 'node:crypto';
import { formatHash, type Integrity } from '../model/integrity.ts';
import type { Milliseconds } from '../model/units.ts';
import { decodeBase64 } from './base64.ts';
import { lockedSha512 } from './locked-digest.ts';
import { findKey, type RegistryKey } from './registry-keys.ts';
import { isWithin } from './trust-root.ts';
import { accepted, judge, refuse, type Verdict } from './verdict.ts';

/** `dist.signatures[]` of a packument. */
export interface RegistrySignature {
  readonly keyid: string;
  readonly sig: string;
}

/** What is signed, and by whom. */
export interface SignedRelease {
  readonly name: string;
  readonly version: string;
  /** The lockfile's integrity: what will be installed, not what the registry says about it. */
  readonly integrity: Integrity;
  readonly signatures: readonly RegistrySignature[];
  readonly keys: readonly RegistryKey[];
}

export interface RegistrySignatureInput extends SignedRelease {
  /** When it was signed: a log's signed time where there is one, else the packument's unsigned publish time. */
  readonly signedAt?: SignedAt;
}

export interface SignedAt {
  readonly time: Milliseconds;
  readonly source: 'transparency-log' | 'packument';
}

export interface VerifiedRegistrySignature {
  readonly keyid: string;
  /** What the key's validity was judged by; `none` when no time is known and the key has no end. */
  readonly timeSource: SignedAt['source'] | 'none';
}

const maxSignatures = 16;

/**
 * Verifies the registry's ECDSA signature over `name@version:integrity` with the lockfile's integrity.
 * One signature by a known key suffices (key rotation, mirrors that add their own); a known key whose signature
 * is wrong refuses at once. Source: npm, "ECDSA registry signatures".
 */
export function verifyRegistrySignature(input: RegistrySignatureInput): Verdict<VerifiedRegistrySignature> {
  return judge(() => {
    const { message, known } = claimOf(input);
    for (const { key, bytes } of known) if (bytes === undefined || !verify('sha256', message, key.key, bytes)) refuseInvalid(input);
    return accepted(
      judgeSigningTime(
        input,
        known.map(({ key }) => key),
        input.signedAt,
      ),
    );
  });
}

/**
 * The keys whose signatures hold, in the order of the signatures, whenever these were made; all else is as `verifyRegistrySignature`
 * has it. The mathematics run beside the program's own thread.
 */
export async function proveRegistrySignatures(release: SignedRelease): Promise<Verdict<readonly RegistryKey[]>> {
  const claim = judge(() => claimOf(release));
  if (claim.verdict === 'refused') return claim;
  const { message, known } = claim.value;
  for (const { key, bytes } of known)
    if (bytes === undefined || !(await isSignedBy(key, message, bytes))) return judge(() => refuseInvalid(release));
  return { verdict: 'accepted', value: known.map(({ key }) => key) };
}

/** Picks the first of the keys whose signatures hold that was in force when the release was signed. */
export function judgeSigningTime(
  { name, version }: Pick<SignedRelease, 'name' | 'version'>,
  keys: readonly RegistryKey[],
  signedAt: SignedAt | undefined,
): Verdict<VerifiedRegistrySignature> {
  return judge(() => {
    const usable = keys.find((key) => isInForce(key, signedAt?.time));
    if (usable === undefined) {
      const [first] = keys;
      refuse('registry-signature', 'expired-key', `${name}@${version} was signed outside of the validity of ${first?.keyid ?? 'any key'}`);
    }
    return { keyid: usable.keyid, timeSource: signedAt?.source ?? 'none' };
  });
}

/** The signatures by known keys, and what they have to be over. */
interface Claim {
  readonly message: Buffer;
  /** `bytes`: undefined for what is no base64. */
  readonly known: readonly { readonly key: RegistryKey; readonly bytes: Buffer | undefined }[];
}

function claimOf({ name, version, integrity, signatures, keys }: SignedRelease): Claim {
  const label = `${name}@${version}`;
  const [first] = signatures;
  if (first === undefined) refuse('registry-signature', 'missing', `${label} carries no registry signature`);
  if (signatures.length > maxSignatures) refuse('registry-signature', 'too-many', `${label} carries more than ${maxSignatures} signatures`);
  const message = Buffer.from(`${label}:${formatHash(lockedSha512(integrity, label))}`);
  const known = signatures.flatMap(({ keyid, sig }) => {
    const key = findKey(keys, 'signatures', keyid);
    return key === undefined ? [] : [{ key, bytes: decodeBase64(sig) }];
  });
  if (known.length === 0) {
    refuse('registry-signature', 'unknown-key', `${label} is signed by a key that is not known: ${first.keyid}`, { isUnknownSigner: true });
  }
  return { message, known };
}

function isSignedBy({ key }: RegistryKey, message: Buffer, signature: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify('sha256', message, key, signature, (error, isValid) => {
      if (error === null) resolve(isValid);
      else reject(error);
    });
  });
}

function refuseInvalid({ name, version }: Pick<SignedRelease, 'name' | 'version'>): never {
  refuse('registry-signature', 'invalid', `the registry's signature on ${name}@${version} is not over the lockfile's integrity`);
}

/** An unknown time proves nothing about a key that has an end. */
function isInForce({ validity }: RegistryKey, at: Milliseconds | undefined): boolean {
  return at === undefined ? validity.end === undefined : isWithin(at, validity);
}
