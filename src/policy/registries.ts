import { createHash, createPublicKey } from 'node:crypto';
import type { JsonSchema } from '../model/check.ts';
import type { PolicyRegistry } from '../model/policy.ts';
import type { NamedKey, RegistryFeature, RegistryOffer } from '../model/registry.ts';
import { milliseconds } from '../model/units.ts';
import { type PolicyNode, itemsOf, wrong } from './document.ts';
import { readOption } from './options.ts';

const offer: JsonSchema = { type: 'string', enum: ['offered', 'if-offered', 'not-offered'] };

const keySchema: JsonSchema = {
  type: 'object',
  description: 'A key that signs the versions of this registry.',
  required: ['key'],
  properties: {
    keyid: {
      type: 'string',
      description: 'Its id, as signatures name it; the hash of the key where it is left out.',
      prove: (text) =>
        /^SHA256:[A-Za-z0-9+/]{43}$/.test(text) ? undefined : { message: 'must be SHA256: and 43 characters of base64, without padding' },
    },
    key: {
      type: 'string',
      description: 'The public key, ECDSA P-256: PEM, or the base64 of its SPKI as /-/npm/v1/keys gives it.',
      prove: (text) =>
        spkiOf(text) === undefined
          ? { message: 'must be a public ECDSA P-256 key', hint: 'as PEM, or as the base64 of its SPKI' }
          : undefined,
    },
    expires: { type: 'string', format: 'date', description: 'Its last day, e.g. 2027-12-31. Signatures made later do not count.' },
  },
};

/** The shape of one registry, for validation and for the published JSON Schema. */
export const registriesSchema: JsonSchema = {
  type: 'object',
  description: 'A registry that dependencies may come from, besides the configured ones.',
  required: ['url'],
  properties: {
    url: { type: 'string', format: 'uri', description: 'Its base URL.' },
    aliases: { type: 'array', items: { type: 'string', format: 'uri' }, description: 'Other base URLs of the same registry.' },
    keys: {
      type: 'array',
      items: keySchema,
      description: 'The keys that sign its versions, instead of those that ship with Lockgate or that its own endpoint names.',
    },
    signatures: {
      type: 'string',
      enum: ['required', 'if-offered'],
      description: 'Whether a version without a registry signature is an error, or a note. Default: what the registry is known to offer.',
    },
    offers: {
      type: 'object',
      description: 'What it offers: its absence is then suspicious (offered), a note (if-offered), or nobody asks (not-offered).',
      properties: {
        signatures: offer,
        attestations: offer,
        advisories: offer,
        downloads: offer,
        'publish-times': offer,
        publishers: offer,
      },
    },
  },
};

interface Written {
  readonly url: string;
  readonly aliases?: readonly string[];
  readonly keys?: readonly { readonly keyid?: string; readonly key: string; readonly expires?: number }[];
  readonly signatures?: 'required' | 'if-offered';
  readonly offers?: Partial<Record<RegistryFeature, RegistryOffer>>;
}

/** Reads the registries that a policy describes. A registry whose keys are named is known to sign. */
export function readRegistries(node: PolicyNode): readonly PolicyRegistry[] {
  return itemsOf(node).map((item) => {
    const { url, aliases = [], keys, signatures, offers = {} } = readOption(item, registriesSchema) as Written; // proven by its schema
    if (signatures !== undefined && offers.signatures !== undefined)
      throw wrong(item, 'says twice whether it signs', 'keep one of signatures and offers.signatures');
    if (keys !== undefined && offers.signatures === 'not-offered')
      throw wrong(item, 'names keys and offers no signatures', 'leave one of them out');
    const isSigning = signatures === 'required' || (keys !== undefined && signatures === undefined && offers.signatures === undefined);
    return {
      url,
      aliases,
      offers: { ...offers, ...(isSigning ? { signatures: 'offered' } : signatures === 'if-offered' ? { signatures } : {}) },
      ...(keys === undefined ? {} : { keys: readKeys(item, keys) }),
      ...(signatures === 'required' ? { requiresSignatures: true as const } : {}),
      location: item.location,
    };
  });
}

function readKeys(item: PolicyNode, written: NonNullable<Written['keys']>): readonly NamedKey[] {
  if (written.length === 0) throw wrong(item, 'names no key under keys', 'leave keys out, or name at least one');
  const keys = written.map(({ keyid, key, expires }): NamedKey => {
    const spki = spkiOf(key);
    if (spki === undefined) throw wrong(item, 'has a key that cannot be read');
    return {
      keyid: keyid ?? idOf(spki),
      key: spki.toString('base64'),
      ...(expires === undefined ? {} : { expires: milliseconds(expires) }),
    };
  });
  if (new Set(keys.map(({ keyid }) => keyid)).size !== keys.length) throw wrong(item, 'names two keys with one id');
  return keys;
}

/** The key in DER; undefined for anything but a public P-256 key, a private one included. */
function spkiOf(text: string): Buffer | undefined {
  const isPem = text.trimStart().startsWith('-----BEGIN PUBLIC KEY-----');
  if (!isPem && !/^[A-Za-z0-9+/]{60,400}={0,2}$/.test(text)) return undefined;
  try {
    const key = createPublicKey(isPem ? text : { key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    const isP256 = key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
    return isP256 ? key.export({ format: 'der', type: 'spki' }) : undefined;
  } catch {
    return undefined; // what Node cannot read is no key
  }
}

function idOf(spki: Buffer): string {
  return `SHA256:${createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')}`;
}
