import type { TrustMaterial } from '@sigstore/verify';

type Certificate = TrustMaterial['certificateAuthorities'][number]['certChain'][number];

/**
 * Sigstore's certificates encode themselves anew whenever they are compared or checked, and authorities check each other
 * anew for every bundle. Nothing of that can change once a certificate is parsed: what it answers is kept with it.
 */
export function remember(certificate: Certificate): Certificate {
  const { root, tbsCertificate } = certificate;
  const [encoded, signed, publicKey] = [root.toDER(), tbsCertificate.toDER(), certificate.publicKey];
  root.toDER = () => encoded;
  tbsCertificate.toDER = () => signed;
  Object.defineProperty(certificate, 'publicKey', { value: publicKey });
  const verify = certificate.verify.bind(certificate);
  const answers = new WeakMap<Certificate, boolean>();
  certificate.verify = (issuer = certificate) => {
    const answer = answers.get(issuer) ?? verify(issuer);
    answers.set(issuer, answer);
    return answer;
  };
  return certificate;
}
