import { formatExpression, parseExpression } from './expression.ts';
import type { LicenceFieldReading } from './field-reading.ts';
import { readLicenceName } from './name.ts';
import { isOwnTerms } from './phrases.ts';
import { unknownReference } from './unknown-reference.ts';

type Separator = 'and' | 'or' | 'unclear';

interface Split {
  readonly parts: readonly string[];
  readonly separators: readonly Separator[];
}

/**
 * Reads several licence names in one text. Words join them as they say and a slash or bar means a choice; a comma, semicolon, plus or
 * a mixture says nothing certain, so that only all of them together are granted. Undefined where no part is a licence.
 */
export function readOperands(text: string): LicenceFieldReading | undefined {
  const grouped = readGrouped(text);
  if (grouped !== undefined) return grouped;
  if (/[=<>";{}$%*#@]/.test(text.replaceAll(';', ''))) return undefined;

  const names = text.replace(/^(?:dual|tri)[\s-]+(?:licen[sc]ed\s+)?(?:under\s+)?/i, '');
  const { parts, separators } = split(names);
  if (parts.length < 2) return undefined;
  const readings = parts.map((part) => readLicenceName(part));
  if (!readings.some((reading) => reading !== undefined)) return undefined;
  // A word that is no licence name may change the others: "BSD + PATENTS" is no choice.
  if (separators.includes('unclear') && readings.includes(undefined) && parts.length === 2) return undefined;

  const operator = separators.every((separator) => separator === 'or') ? 'OR' : 'AND';
  const terms = readings.map((reading, index) =>
    reading === undefined || reading.kind === 'ambiguous' ? unknownReference(index) : reading.licence,
  );
  const parsed = parseExpression(terms.join(` ${operator} `));
  if (!parsed.ok) return undefined;
  // "Dual licensed under A and B" offers a choice in most mouths.
  const isPlain = operator === 'OR' || names === text;
  const isWhole =
    isPlain &&
    !separators.includes('unclear') &&
    new Set(separators).size === 1 &&
    readings.every((reading) => reading !== undefined && reading.kind !== 'ambiguous');
  // Words that nobody can read may belong to all parts ("your choice", "non-commercial"): then even a choice grants nothing for certain.
  const isReadable = isWhole || operator === 'AND' || !readings.includes(undefined);
  const resolution = isReadable
    ? ({ state: isWhole ? 'resolved' : 'partial', expression: formatExpression(parsed.expression) } as const)
    : ({ state: 'unresolved' } as const);
  const hasOwnTerms = parts.some((part, index) => readings[index] === undefined && isOwnTerms(part));
  return {
    kind: hasOwnTerms ? 'proprietary' : 'ambiguous',
    resolution,
    suggestions: [],
    notices: [operator === 'OR' ? 'read as a choice' : 'read as all together'],
  };
}

/** An SPDX expression whose operands are names: `(MIT OR GPLv2)`. Operators have to be in capitals. */
function readGrouped(text: string): LicenceFieldReading | undefined {
  if (!/ (?:AND|OR) /.test(text)) return undefined;
  let isWhole = true;
  const canonical = text.replaceAll(/[^()]+/g, (run) =>
    run
      .split(/(\s+(?:AND|OR)\s+|^(?:AND|OR)\s+|\s+(?:AND|OR)$)/)
      .map((piece) => {
        if (piece.trim() === '' || /^\s*(?:AND|OR)\s*$/.test(piece)) return piece;
        const parsed = parseExpression(piece);
        if (parsed.ok) return formatExpression(parsed.expression);
        const reading = readLicenceName(piece);
        if (reading?.kind === 'exact') return reading.licence;
        isWhole = false;
        return piece;
      })
      .join(''),
  );
  const parsed = parseExpression(canonical);
  if (!isWhole || !parsed.ok) return undefined;
  return {
    kind: 'spdx',
    resolution: { state: 'resolved', expression: formatExpression(parsed.expression) },
    suggestions: [],
    notices: ['name for an SPDX id'],
  };
}

function split(text: string): Split {
  const parts: string[] = [];
  const separators: Separator[] = [];
  let from = 0;
  for (const match of text.matchAll(separatorPattern)) {
    const part = text.slice(from, match.index).trim();
    from = match.index + match[0].length;
    if (part === '') return { parts: [text], separators: [] };
    parts.push(part);
    separators.push(meaningOf(match[0].trim().toLowerCase()));
  }
  return { parts: [...parts, text.slice(from).trim()], separators };
}

/** "or later" and a plus right after a version belong to a name, and "and distribution" to the name of the CDDL. */
const separatorPattern =
  /\s*[,;]\s*(?:and|or)\s+(?!later|newer|above|any)|\s+(?:and|or)\s+(?!\(?at|later|newer|greater|above|higher|any|distribution|revised)|\s*(?:\/+|\|{1,2}|&{1,2}|[,;](?!\s*(?:version|v?\.?\s*\d|\d[\s-]clause)))\s*|\s+\+\s+|(?<![\d\s])\+(?=\S)/gi;

function meaningOf(separator: string): Separator {
  if (/^(?:or|\/+|\|{1,2})$/.test(separator)) return 'or';
  return /^(?:and|&{1,2})$/.test(separator) ? 'and' : 'unclear';
}
