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
  return {
    keyid,
    publicKey: {
      expires: options.expires ?? null,
      keyid,
      keytype: 'ecdsa-sha2-nistp256',
      scheme: 'ecdsa-sha2-nistp256',
      key: spki.toString('base64'),
    },
    sign: (name, version, integrity) => sign('sha256', Buffer.from(`${name}@${version}:${integrity}`), privateKey).toString('base64'),
  };
}
