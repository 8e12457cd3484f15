import { licenceAtAddress } from './address.ts';
import { readLicenceName } from './name.ts';

/** Control, format and bidirectional characters: a text that hides something is never interpreted. */
export function hasHiddenCharacters(text: string): boolean {
  return /[\p{Cc}\p{Cf}]/u.test(text.replaceAll(/[\t\r\n]/g, ' '));
}

/** The text without quotes around it, and without words that only say that a licence follows. */
export function unwrap(text: string): string {
  return withoutAddress(
    text
      .replace(/^(["'`])(.*)\1$/s, '$2')
      .trim()
      .replace(/^SPDX(?:-License-Identifier)?\s*:\s*|^SPDX\s*(?=\()/i, '')
      .replace(/^(?:released|licensed|distributed|available|published|provided)\s+under\s+(?:the\s+terms\s+of\s+)?(?:the\s+)?/i, ''),
  );
}

/** `Unlicense <http://unlicense.org/>`: an address that names the same licence adds nothing. Any other address stays. */
function withoutAddress(text: string): string {
  const match = /^(.{1,100}?)\s*[(<[]\s*(?:see:?\s+|at\s+)?(https?:\/\/[^\s()<>[\]]{1,200})\s*[)>\]]$/i.exec(text);
  if (match === null) return text;
  const [, name = '', address = ''] = match;
  const reading = readLicenceName(name);
  const named = reading?.kind === 'exact' ? reading.licence : undefined;
  return named !== undefined && licenceAtAddress(address) === named ? name : text;
}

/** A file that a value names, with or without "see" in front: `LICENSE`, `See LICENSE.md`. */
export function pointedFile(text: string): string | undefined {
  const match = /^((?:please\s+)?see\s+)?(?:the\s+)?["'`<]?([\w.-]{1,100})["'`>]?(\s+file)?$/i.exec(text);
  if (match === null) return undefined;
  const [, see, name = '', word] = match;
  const isFileName = /^[\w-]+\.(?:md|txt|rst|pdf|html?|markdown|mkd|docx?|rtf)$/i.test(name);
  const isLicenceFile = /^(?:licen[sc]e|lisence|copying|notice)(?:[._-][\w.-]+)?$/i.test(name);
  const isBareWord = see !== undefined && word === undefined && !isFileName && name !== name.toUpperCase();
  // "SEE LICENSE" is npm's phrase cut short; "See LICENSE" names a file.
  if (see !== undefined && word === undefined && /^licen[sc]e$/i.test(name) && see.trim() === see.trim().toUpperCase()) return undefined;
  return (isFileName || isLicenceFile) && !isBareWord ? name : undefined;
}

/** Words by which an author says that nothing is granted. */
export function isNoGrant(text: string): boolean {
  return /^(?:none|no|nil|nope|no[\s-]?licen[sc]e|not[\s-]licen[sc]ed|without licen[sc]e|no rights?(?: granted)?)[.!]?$/i.test(text);
}

/** Words that stand where a licence will be named some day. */
export function isPlaceholder(text: string): boolean {
  return /^(?:n\/?a|tb[ad]|todo|unknown|undefined|null|nan|false|true|\?+|-+|\.+|x+|other|custom|noassertion|not applicable|to be (?:decided|determined|defined)|licenseref)$/i.test(
    text,
  );
}

/** The text dedicates something to the public domain, or names that; no licence of SPDX says so. */
export function isPublicDomain(text: string): boolean {
  return /\bpublic[\s-]?domain\b|^pd$/i.test(text);
}

/** A licence with something added or taken away is not that licence. */
export function isModified(text: string, namesLicence: boolean): boolean {
  if (/^(?:based|derived|modelled|modeled) (?:on|from)\b/i.test(text)) return true;
  return (
    namesLicence &&
    /\b(?:plus|with|without|modified|modification|modifications|based on|except|exception|exceptions|additional|addition|patents?|commons[\s-]clause|amended|amendments?|but|unless|style|like|similar|variant|inspired|restrictions?|restricted|clause that)\b/i.test(
      text,
    )
  );
}

/** Somebody's own terms, whatever they are. "unlimited" is no company, and "Limited" no MIT. */
export function isOwnTerms(text: string): boolean {
  return ownTerms.some((pattern) => pattern.test(text));
}

const ownTerms: readonly RegExp[] = [
  /\bpropriet[ae]ry\b|\bpropiet[ae]ry\b|\bcommercial\b|\bnon-?commercial\b|\bnon-?free\b|\bnot free\b/i,
  /\ball\s*rights?\s*(?:are\s*)?reserved\b|\bcopyright(?:ed)?\b|\(c\)|©/i,
  /\b(?:ltd|limited|inc|incorporated|corp|corporation|gmbh|llc|llp|pty|plc|pvt|s\.r\.l|b\.v)\b\.?/i,
  /[a-z](?<!un)limited\b/i,
  /\b(?:private|closed|confidential|internal|internally|secret|restricted|eula|end[\s-]user|subscription|enterprise|paid|trial|evaluation|beta access)\b/i,
  // "Esri-only", not "GPL-2.0-only".
  /[a-z][\s-]only\b/i,
  /\b(?:do not|don'?t|never|must not|may not|not for|no) (?:use|copy|distribute|redistribute|touch|reuse|share|public)\b/i,
];
