import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** A registry's signing key, made for one test run. */
export interface RegistrySigner {
  readonly keyid: string;
  /** One entry of `/-/npm/v1/keys`. */
  readonly publicKey: {
    readonly expires: string | null;
    readonly keyid: string;
    readonly keytype: string;
    readonly scheme: string;
    readonly key: string;
  };
  /** Base64 of the ECDSA P-256 signature over `name@version:integrity`, as the public registry signs. */
  readonly sign: (name: string, version: string, integrity: string) => string;
}

export function createSigner(options: { readonly expires?: string } = {}): RegistrySigner {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const keyid = `SHA256:${createHash('sha256').update(spki).digest('base64').replace(/=+$/, '')}`;
  const signatures = new Map<string, string>();
  return {
    keyid,
    publicKey: {
      expires: options.expires ?? null,
      keyid,
      keytype: 'ecdsa-sha2-nistp256',
      scheme: 'ecdsa-sha2-nistp256',
      key: spki.toString('base64'),
    },
    sign: (name, version, integrity) => {
      // ECDSA gives another signature each time; a registry signs once, and its ETag depends on it.
      const message = `${name}@${version}:${integrity}`;
      const signature = signatures.get(message) ?? sign('sha256', Buffer.from(message), privateKey).toString('base64');
      signatures.set(message, signature);
      return signature;
    },
  };
}
