import { isAddress, licenceAtAddress } from './address.ts';
import type { LicenceCategory } from './categories.ts';
import { formatExpression, parseExpression } from './expression.ts';
import type { LicenceFieldKind, LicenceFieldReading } from './field-reading.ts';
import { nearestLicences } from './misspelling.ts';
import { commonCategory, mentionsLicence, readLicenceName } from './name.ts';
import { readOperands } from './operands.ts';
import { hasHiddenCharacters, isOwnTerms, isModified, isNoGrant, isPlaceholder, isPublicDomain, pointedFile, unwrap } from './phrases.ts';
import { readSpecialValue } from './special-value.ts';
import { unknownReference } from './unknown-reference.ts';
import { isUnlicensed } from './unlicensed.ts';

export interface LicenceFieldOptions {
  /** npm's manual reads a legacy array as a choice; `review` leaves it unresolved. */
  readonly legacyArrays?: 'or' | 'review';
}

/**
 * Reads the raw JSON value of `license`, `licence`, `licenses` or `licences`: an SPDX expression, a legacy object or array, npm's
 * special words, or free text. Resolves only what has one meaning and never adds to what was granted. Never throws.
 */
export function readLicenceField(value: unknown, options: LicenceFieldOptions = {}): LicenceFieldReading {
  if (value === undefined || value === null) return unresolved('empty');
  if (typeof value === 'string') return readText(value);
  if (Array.isArray(value)) return readArray(value, options);
  return typeof value === 'object' ? readObject(new Map(Object.entries(value))) : unresolved('unknown');
}

/** Free text beyond this is prose, not the name of a licence. */
const maximumTextLength = 1000;
const maximumArrayLength = 50;

function readText(raw: string): LicenceFieldReading {
  const text = raw.trim();
  if (text === '') return unresolved('empty');
  if (hasHiddenCharacters(text)) return unresolved('unknown');

  const bare = unwrap(text);
  const parsed = parseExpression(bare);
  if (parsed.ok)
    return resolved(
      'spdx',
      formatExpression(parsed.expression),
      parsed.notices.map((notice) => notice.kind),
    );
  if (text.length > maximumTextLength) return unresolved('unknown');

  return readWord(text, bare) ?? readNames(bare) ?? readPhrase(bare);
}

/** Values that stand for something other than a licence name. */
function readWord(text: string, bare: string): LicenceFieldReading | undefined {
  const special = readSpecialValue(text);
  const file = special?.kind === 'see-file' ? special.file : pointedFile(text);
  if (file !== undefined) return { ...unresolved('see-file'), file };
  if (special?.kind === 'see-file') return unresolved(/https?:/i.test(text) ? 'url' : 'see-file');
  if (special?.kind === 'unlicensed' || special?.kind === 'none' || isNoGrant(bare)) return unresolved('unlicensed');
  if (special !== undefined || isPlaceholder(bare)) return unresolved('unknown');
  if (!isAddress(bare)) return undefined;
  const licence = licenceAtAddress(bare);
  return licence === undefined ? unresolved('url') : resolved('url', licence, ['well-known address']);
}

/** One licence name, or several joined by operators, with nothing left over. */
function readNames(bare: string): LicenceFieldReading | undefined {
  const name = readLicenceName(bare);
  if (name?.kind === 'exact') return resolved('spdx', name.licence, ['name for an SPDX id']);
  if (name?.kind === 'any-version') return resolved('ambiguous', name.licence, ['no version named: its text lets the taker choose any']);
  if (name?.kind === 'ambiguous') return { ...unresolved('ambiguous'), suggestions: name.candidates, ...categoryPart(name.candidates) };
  return readOperands(bare);
}

/** Whatever else can be said about a text that is no licence name. */
function readPhrase(bare: string): LicenceFieldReading {
  const words = bare.split(/[\s(),;]+/);
  if (words.some(isUnlicensed)) return unresolved(isPublicDomain(bare) || mentionsLicence(bare) ? 'ambiguous' : 'unlicensed');
  if (isModified(bare, mentionsLicence(bare))) return unresolved('modified');
  if (isOwnTerms(bare)) return unresolved('proprietary');
  if (isPublicDomain(bare)) return unresolved('public-domain');
  const suggestions = nearestLicences(bare);
  if (suggestions.length > 0) return { ...unresolved('typo'), suggestions };
  return unresolved(mentionsLicence(bare) && /^[\w\s.,:;&/+-]+$/.test(bare) ? 'ambiguous' : 'unknown');
}

/** `{ type, url }`, as npm wrote it until 2014. A name is more exact than the address, which only settles what the name leaves open. */
function readObject(entries: ReadonlyMap<string, unknown>): LicenceFieldReading {
  if (entries.size === 0) return unresolved('empty');
  const type = entries.get('type') ?? entries.get('name');
  const url = entries.get('url');
  const atAddress = typeof url === 'string' ? licenceAtAddress(url.trim()) : undefined;
  if (type === undefined && typeof url === 'string') return readText(url);
  if (typeof type !== 'string') return unresolved('unknown');
  const reading = readText(type);
  // An object that names a licence in some other key says more than one thing.
  if ([...entries.keys()].some((key) => !objectKeys.has(key) && readLicenceName(key) !== undefined)) return unresolved('ambiguous');
  if (atAddress === undefined) return reading;
  if (reading.suggestions.includes(atAddress)) return resolved('spdx', atAddress, ['the address settles which is meant']);
  return reading;
}

const objectKeys: ReadonlySet<string> = new Set(['type', 'url', 'name', 'distribution', 'comments', 'file']);

/** A legacy array is a choice (npm's manual rewrites it with OR). What cannot be read stays in the expression. */
function readArray(values: readonly unknown[], options: LicenceFieldOptions): LicenceFieldReading {
  if (values.length > maximumArrayLength) return unresolved('unknown');
  const readings = values
    .map((value) => (Array.isArray(value) ? unresolved('unknown') : readLicenceField(value)))
    .filter(({ kind }) => kind !== 'empty');
  const [first, ...others] = readings;
  if (first === undefined) return unresolved('empty');
  if (others.length === 0) return first;

  const notices = ['legacy array, read as a choice', ...readings.flatMap((reading) => reading.notices)];
  const kind = readings.every((reading) => reading.kind === 'spdx') ? 'spdx' : 'ambiguous';
  const parts = readings.map((reading, index) =>
    'expression' in reading.resolution ? `(${reading.resolution.expression})` : unknownReference(index),
  );
  const parsed = parseExpression(parts.join(' OR '));
  if (!parsed.ok || options.legacyArrays === 'review') return { ...unresolved(kind), notices };
  const expression = formatExpression(parsed.expression);
  const isWhole = readings.every((reading) => reading.resolution.state === 'resolved');
  return { kind, resolution: { state: isWhole ? 'resolved' : 'partial', expression }, suggestions: [], notices };
}

function categoryPart(candidates: readonly string[]): { readonly category?: LicenceCategory } {
  const category = candidates.length === 0 ? undefined : commonCategory(candidates);
  return category === undefined ? {} : { category };
}

function resolved(kind: LicenceFieldKind, expression: string, notices: readonly string[]): LicenceFieldReading {
  return { kind, resolution: { state: 'resolved', expression }, suggestions: [], notices };
}

function unresolved(kind: LicenceFieldKind): LicenceFieldReading {
  return { kind, resolution: { state: 'unresolved' }, suggestions: [], notices: [] };
}
