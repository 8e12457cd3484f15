import { createPublicKey, type KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { GateError } from '../model/gate-error.ts';
import { parseJson } from '../model/json.ts';
import { parseInstant } from '../model/units.ts';
import { base64Text } from './base64.ts';
import type { Validity } from './trust-root.ts';

export type KeyUsage = 'signatures' | 'attestations';

/** One key of a registry. The id is a name only: npm documents it as the key's hash, and its own two keys differ from theirs. */
export interface RegistryKey {
  readonly keyid: string;
  readonly usage: KeyUsage;
  readonly key: KeyObject;
  /** The whole key, base64 SPKI. */
  readonly spki: string;
  readonly validity: Validity;
}

const maxLength = 256 * 1024;
const keyid = v.pipe(v.string(), v.regex(/^SHA256:[A-Za-z0-9+/]{43}$/));
const instant = v.pipe(
  v.string(),
  v.check((text) => parseInstant(text) !== undefined, 'not an RFC 3339 instant'),
);

/** The answer of the registry's `/-/npm/v1/keys`: no usage and no start; a key then serves both. */
const endpointShape = v.object({
  keys: v.pipe(
    v.array(
      v.object({
        expires: v.nullable(instant),
        keyid,
        keytype: v.literal('ecdsa-sha2-nistp256'),
        scheme: v.literal('ecdsa-sha2-nistp256'),
        key: base64Text(512),
      }),
    ),
    v.maxLength(64),
  ),
});

/** The TUF target `<registry host>/keys.json`. */
const targetShape = v.object({
  keys: v.pipe(
    v.array(
      v.object({
        keyId: keyid,
        keyUsage: v.picklist(['npm:signatures', 'npm:attestations']),
        publicKey: v.object({
          rawBytes: base64Text(512),
          keyDetails: v.literal('PKIX_ECDSA_P256_SHA_256'),
          validFor: v.object({ start: instant, end: v.optional(instant) }),
        }),
      }),
    ),
    v.maxLength(64),
  ),
});

/** Texts that were read: the same few come with every judgement of a service. */
const read = new Map<string, readonly RegistryKey[]>();
const mostRead = 16;

/**
 * Reads the keys of a registry in either of their two published shapes.
 * @throws GateError `configuration-invalid` when the text is neither, or two keys share an id
 */
export function readRegistryKeys(text: string): readonly RegistryKey[] {
  const known = read.get(text);
  if (known !== undefined) return known;
  const keys = parseRegistryKeys(text);
  if (read.size >= mostRead) read.clear();
  read.set(text, keys);
  return keys;
}

function parseRegistryKeys(text: string): readonly RegistryKey[] {
  const keys = readKeys(text.length <= maxLength ? parseJson(text) : undefined);
  const names = new Set(keys.map(({ keyid: id, usage }) => `${usage} ${id}`));
  if (names.size !== keys.length) throw invalid('two keys share an id');
  return keys;
}

/** The key with this id for this use; undefined when the set does not have it. */
export function findKey(keys: readonly RegistryKey[], usage: KeyUsage, id: string): RegistryKey | undefined {
  return keys.find((key) => key.keyid === id && key.usage === usage);
}

function readKeys(document: unknown): readonly RegistryKey[] {
  const target = v.safeParse(targetShape, document);
  if (target.success) {
    return target.output.keys.map(({ keyId, keyUsage, publicKey: { rawBytes, validFor } }) =>
      registryKey(keyId, rawBytes, keyUsage === 'npm:signatures' ? 'signatures' : 'attestations', validFor.start, validFor.end),
    );
  }
  const endpoint = v.safeParse(endpointShape, document);
  if (!endpoint.success) throw invalid('the document has neither of the two shapes that registries publish');
  return endpoint.output.keys.flatMap(({ keyid: id, key, expires }) =>
    (['signatures', 'attestations'] as const).map((usage) => registryKey(id, key, usage, '1970-01-01T00:00:00Z', expires ?? undefined)),
  );
}

function registryKey(id: string, spki: string, usage: KeyUsage, start: string, end: string | undefined): RegistryKey {
  const bytes = Buffer.from(spki, 'base64');
  const from = parseInstant(start);
  const until = parseInstant(end);
  // An unreadable end must not come to mean "never": the schema has proven both texts.
  if (from === undefined || (end !== undefined && until === undefined)) throw invalid(`${id} has an unreadable validity`);
  return { keyid: id, usage, key: p256Key(id, bytes), spki, validity: until === undefined ? { start: from } : { start: from, end: until } };
}

function p256Key(id: string, spki: Buffer): KeyObject {
  try {
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  } catch {
    throw invalid(`${id} is not a public key`);
  }
  throw invalid(`${id} is not a P-256 key`);
}

function invalid(what: string): GateError {
  return new GateError('configuration-invalid', `the registry keys cannot be used: ${what}`);
}
