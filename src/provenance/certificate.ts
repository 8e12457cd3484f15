import { type DerValue, isDer, readDer } from './der.ts';
import { refuse } from './verdict.ts';

/** What a Fulcio certificate says about its holder, as bytes say it: nothing is interpreted yet. */
export interface CertificateClaims {
  /** The one subject alternative name. */
  readonly subject: { readonly kind: 'uri' | 'email' | 'other'; readonly value: string };
  /** Fulcio's extensions 1.3.6.1.4.1.57264.1.N by N. */
  readonly extensions: ReadonlyMap<number, string>;
}

const sequence = 0x30;
const objectIdentifier = 0x06;
const octetString = 0x04;
const utf8String = 0x0c;
const explicitExtensions = 0xa3;
const subjectAltName = '551d11';
const basicConstraints = '551d13';
/** 1.3.6.1.4.1.57264.1, to which one byte under 128 is added. */
const fulcioArc = '2b0601040183bf3001';
/** Extensions up to this one hold raw text; all later ones a DER UTF8String (Fulcio, docs/oid-info.md). */
const lastRawExtension = 6;
/** GeneralName (RFC 5280, 4.2.1.6): the tags that Fulcio writes. */
const nameKinds = new Map([
  [0x86, 'uri' as const],
  [0x81, 'email' as const],
]);

/**
 * Reads the identity out of a Fulcio certificate's bytes, strictly: no extension twice, exactly one name, text that is UTF-8,
 * and not the certificate of an authority.
 * The signature is not looked at here.
 */
export function readCertificate(der: Buffer): CertificateClaims {
  if (!isDer(der)) refuse('crypto', 'certificate-encoding', 'the certificate is not in distinguished encoding');
  const extensions = new Map<number, string>();
  let subject: CertificateClaims['subject'] | undefined;
  const seen = new Set<string>();
  for (const extension of extensionsOf(der)) {
    const parts = readDer(extension.content) ?? [];
    const [id] = parts;
    const value = parts.at(-1);
    if (id?.tag !== objectIdentifier || value?.tag !== octetString)
      refuse('crypto', 'certificate-encoding', 'the certificate has a malformed extension');
    const oid = id.content.toString('hex');
    if (seen.has(oid)) refuse('crypto', 'certificate-encoding', 'the certificate has an extension twice');
    seen.add(oid);
    if (oid === basicConstraints && isAuthority(value.content))
      refuse('crypto', 'certificate', 'the signing certificate is that of an authority');
    if (oid === subjectAltName) subject = readSubject(value.content);
    else if (oid.startsWith(fulcioArc) && oid.length === fulcioArc.length + 2) {
      const number = Number.parseInt(oid.slice(-2), 16);
      extensions.set(number, readText(number <= lastRawExtension ? value.content : utf8Content(value.content)));
    }
  }
  if (subject === undefined) refuse('crypto', 'certificate-identity', 'the certificate names no subject');
  return { subject, extensions };
}

function extensionsOf(der: Buffer): readonly DerValue[] {
  const [certificate, ...after] = readDer(der) ?? [];
  const [toBeSigned] = readDer(certificate?.content ?? der) ?? [];
  if (certificate?.tag !== sequence || after.length > 0 || toBeSigned?.tag !== sequence) {
    refuse('crypto', 'certificate-encoding', 'the certificate is not an X.509 certificate');
  }
  const wrapper = readDer(toBeSigned.content)?.find((value) => value.tag === explicitExtensions);
  const [list] = wrapper === undefined ? [] : (readDer(wrapper.content) ?? []);
  return list === undefined ? [] : (readDer(list.content) ?? []);
}

/** BasicConstraints (RFC 5280, 4.2.1.9): a sequence that begins with TRUE for authorities; FALSE is the default and left out. */
function isAuthority(content: Buffer): boolean {
  const [constraints] = readDer(content) ?? [];
  return constraints === undefined || constraints.content.length > 0;
}

function readSubject(content: Buffer): CertificateClaims['subject'] {
  const [names] = readDer(content) ?? [];
  const [name, ...others] = readDer(names?.content ?? Buffer.alloc(0)) ?? [];
  if (name === undefined || others.length > 0)
    refuse('crypto', 'certificate-identity', 'the certificate does not name exactly one subject');
  const kind = nameKinds.get(name.tag);
  return kind === undefined ? { kind: 'other', value: name.content.toString('hex') } : { kind, value: readText(name.content) };
}

function utf8Content(content: Buffer): Buffer {
  const [text, ...after] = readDer(content) ?? [];
  if (text?.tag !== utf8String || after.length > 0) refuse('crypto', 'certificate-encoding', 'a Fulcio extension is not a UTF-8 string');
  return text.content;
}

function readText(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return refuse('crypto', 'certificate-encoding', 'the certificate has text that is not UTF-8');
  }
}
