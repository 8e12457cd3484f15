import { findException, findLicence } from './spdx-list.ts';
import type { LicenceTerm } from './term.ts';
import { hasVersions } from './term.ts';

export type ParsedTerm =
  | { readonly ok: true; readonly term: LicenceTerm; readonly deprecated?: string; readonly isPlusNeedless: boolean }
  | {
      readonly ok: false;
      readonly problem: 'syntax' | 'unknown-id' | 'unknown-exception';
      readonly message: string;
      readonly at: 'licence' | 'exception';
    };

type Refused = Extract<ParsedTerm, { ok: false }>;

/**
 * Reads one licence word and the word after its WITH, if any (SPDX 3.0.1, simple-expression and addition-expression).
 * Prefixes such as `LicenseRef-` match as written, ids without regard to case.
 */
export function parseTerm(word: string, exceptionWord?: string): ParsedTerm {
  const licence = parseLicence(word);
  if (!licence.ok || exceptionWord === undefined) return licence;
  if (licence.term.exception !== undefined) {
    return refuse('syntax', `${quote(word)} already stands for a licence with an exception`, 'exception');
  }
  const exception = parseException(exceptionWord);
  return typeof exception === 'string' ? { ...licence, term: { ...licence.term, exception } } : exception;
}

const idString = /^[A-Za-z0-9.-]+$/;
const operators: ReadonlySet<string> = new Set(['and', 'or', 'with', 'AND', 'OR', 'WITH', '(', ')', '+']);

function parseLicence(word: string): ParsedTerm {
  if (operators.has(word)) return refuse('syntax', `a licence is missing before ${quote(word)}`);
  if (word === 'NONE' || word === 'NOASSERTION') return refuse('syntax', `${word} cannot be part of an expression`);
  if (/^(?:LicenseRef|DocumentRef|AdditionRef)-/.test(word)) return parseReference(word);

  const hasPlus = word.endsWith('+');
  const listed = findLicence(hasPlus ? word.slice(0, -1) : word);
  if (listed === undefined) return refuse('unknown-id', `${quote(word)} is not on the SPDX licence list`);
  // A deprecated bare id was never written with `-only`, so that `+` may still widen it.
  const isBare = listed.deprecated !== undefined && listed.id.endsWith('-only');
  if (hasPlus && listed.id.endsWith('-only') && !isBare) return refuse('syntax', `${quote(word)} says both "only" and "or later"`);

  const id = hasPlus && isBare ? listed.id.replace(/-only$/, '-or-later') : listed.id;
  const orLater = id.endsWith('-or-later') || (hasPlus && hasVersions(id));
  return {
    ok: true,
    term: listed.exception === undefined ? { id, orLater } : { id, orLater, exception: listed.exception },
    ...(listed.deprecated !== undefined && listed.deprecated !== id ? { deprecated: word } : {}),
    isPlusNeedless: hasPlus && (!orLater || listed.id.endsWith('-or-later')),
  };
}

function parseReference(word: string): ParsedTerm {
  const colon = word.indexOf(':');
  const isDocument = word.startsWith('DocumentRef-');
  const [document, reference] = isDocument && colon !== -1 ? [word.slice(0, colon), word.slice(colon + 1)] : ['', word];
  const isWellFormed =
    reference.startsWith('LicenseRef-') &&
    idString.test(reference.slice('LicenseRef-'.length)) &&
    (document === '' || idString.test(document.slice('DocumentRef-'.length)));
  if (!isWellFormed) return refuse('syntax', `${quote(word)} is not a well-formed licence reference`);
  return { ok: true, term: { id: word, orLater: false }, isPlusNeedless: false };
}

function parseException(word: string): string | Refused {
  if (operators.has(word)) return refuse('syntax', `an exception is missing before ${quote(word)}`, 'exception');
  if (word.startsWith('AdditionRef-')) {
    if (idString.test(word.slice('AdditionRef-'.length))) return word;
    return refuse('syntax', `${quote(word)} is not a well-formed reference`, 'exception');
  }
  const listed = findException(word);
  if (listed !== undefined) return listed;
  if (findLicence(word) !== undefined) return refuse('syntax', `${quote(word)} is a licence, not an exception`, 'exception');
  // Never dropped: an unknown word after WITH may take rights away, as the Commons Clause does.
  return refuse('unknown-exception', `${quote(word)} is not on the SPDX exception list`, 'exception');
}

function refuse(problem: Refused['problem'], message: string, at: Refused['at'] = 'licence'): Refused {
  return { ok: false, problem, message, at };
}

/** The word for a message: bounded, and with everything outside printable ASCII written as code points. */
function quote(word: string): string {
  const short = word.length > 60 ? `${word.slice(0, 60)}…` : word;
  return JSON.stringify(short).replaceAll(/[^ -~…]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
