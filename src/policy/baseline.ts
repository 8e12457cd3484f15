import type { Finding } from '../model/finding.ts';
import { GateError } from '../model/gate-error.ts';
import type { Baseline } from '../model/policy.ts';
import { milliseconds, parseInstant } from '../model/units.ts';

export const baselineFile = 'lockgate-baseline.json';
/** A baseline is a loan: after this many days its findings are back. */
const lifeInDays = 180;
const mostEntries = 100_000;

/** Reads a baseline file. Throws `GateError` (`policy-invalid`) with the place; an entry that cannot be read is never ignored. */
export function readBaseline(text: string, path: string): Baseline {
  const refuse = (message: string, line = 1): GateError =>
    new GateError('policy-invalid', `${path} ${message}`, {
      location: { file: path, line },
      hint: 'write it again with lockgate init --baseline, or remove it',
    });
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new GateError('policy-invalid', `${path} is not JSON`, {
      location: { file: path, line: 1 },
      hint: 'restore it, or remove it',
      cause,
    });
  }
  if (!isBaselineFile(document)) throw refuse('does not have the shape of a baseline');
  const created = parseInstant(`${document.created}T00:00:00Z`);
  if (created === undefined) throw refuse(`has no date of creation: ${JSON.stringify(document.created)}`);
  if (document.findings.length > mostEntries) throw refuse(`holds more than ${mostEntries} findings`);
  const lines = linesOfFingerprints(text);
  const entries = document.findings.map(
    (entry) => [entry.fingerprint, { ...entry, location: { file: path, line: lines.get(entry.fingerprint) ?? 1 } }] as const,
  );
  return { created, expires: milliseconds(created + lifeInDays * 86_400_000), path, entries: new Map(entries) };
}

/**
 * Writes the baseline of today's findings. Where one exists already it may only shrink: what is new today is not taken in,
 * and its date stays.
 */
export function writeBaseline(findings: readonly Finding[], date: string, existing: Baseline | undefined): string {
  const entries = findings
    .filter(
      (finding) => finding.severity !== 'note' && (finding.waiver === undefined || existing?.entries.has(finding.fingerprint) === true),
    )
    .filter((finding) => existing === undefined || existing.entries.has(finding.fingerprint))
    .map(({ fingerprint, rule, subject }) => ({ fingerprint, rule, subject: subject.label }));
  const created = existing === undefined ? date : new Date(existing.created).toISOString().slice(0, 10);
  return `${JSON.stringify({ version: 1, created, findings: entries }, null, 2)}\n`;
}

/** The line, from 1, on which each fingerprint stands first: one pass, however many there are. */
function linesOfFingerprints(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries())
    for (const [, fingerprint = ''] of line.matchAll(/"([0-9a-f]{32})"/g)) if (!lines.has(fingerprint)) lines.set(fingerprint, index + 1);
  return lines;
}

interface BaselineDocument {
  readonly version: 1;
  readonly created: string;
  readonly findings: readonly { readonly fingerprint: string; readonly rule: string; readonly subject: string }[];
}

function isBaselineFile(value: unknown): value is BaselineDocument {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== 1) return false;
  if (!('created' in value) || typeof value.created !== 'string' || !('findings' in value) || !Array.isArray(value.findings)) return false;
  return value.findings.every(
    (entry: unknown) =>
      typeof entry === 'object' &&
      entry !== null &&
      'fingerprint' in entry &&
      typeof entry.fingerprint === 'string' &&
      /^[0-9a-f]{32}$/.test(entry.fingerprint) &&
      'rule' in entry &&
      typeof entry.rule === 'string' &&
      'subject' in entry &&
      typeof entry.subject === 'string',
  );
}
