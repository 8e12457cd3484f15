import { type LicenceGroup, type SummarisedLicence, licenceGroups, summariseLicence } from '../licences/summary.ts';
import { labelOf } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import type { Command } from './command.ts';
import { type LicensedComponent, declaredLicences } from './declared-licences.ts';
import { readLockfiles } from './lockfiles.ts';

/** `lockgate licences`: what the dependencies are licensed under, by category. */
export const licences: Command = {
  name: 'licences',
  summary: 'List the licences of all dependencies by category',
  usage: '[PATH]',
  description: [
    'PATH is a folder with a lockfile, or the lockfile itself; this folder by default.',
    'What the lockfile does not say is read from installed copies, then asked of the registry. Nothing is judged: see `lockgate check`.',
  ].join('\n'),
  maxPositionals: 1,
  options: {
    format: { type: 'string', short: 'f', value: 'FORMAT', description: 'Output format: text, json, csv' },
    offline: { type: 'boolean', description: 'Ask nobody: lockfile, installed copies and what is remembered' },
  },
  examples: [
    ['lockgate licences', 'by category, on a terminal'],
    ['lockgate licences --format csv > licences.csv', 'for a spreadsheet'],
  ],
  run: async (invocation) => {
    const render = renderers.get(invocation.text('format') ?? 'text');
    if (render === undefined) {
      throw new GateError('usage', `there is no format ${JSON.stringify(invocation.text('format'))}`, {
        hint: `formats: ${[...renderers.keys()].join(', ')}`,
      });
    }
    const { lockfiles } = readLockfiles(invocation.positionals[0] ?? '.', invocation.environment.cwd, { isRecursive: false });
    const [lockfile] = lockfiles;
    if (lockfile === undefined) throw new GateError('lockfile-missing', 'there is no lockfile');
    const rows = (await declaredLicences(lockfile.inventory, lockfile.root, invocation)).map((one) => ({
      ...one,
      ...summariseLicence(one.field),
    }));
    return { exitCode: 0, stdout: render(rows) };
  },
};

type Row = LicensedComponent & SummarisedLicence;

const renderers: ReadonlyMap<string, (rows: readonly Row[]) => string> = new Map([
  ['text', renderText],
  ['json', renderJson],
  ['csv', renderCsv],
]);

function renderText(rows: readonly Row[]): string {
  const sections = licenceGroups.flatMap((group) => {
    const own = rows.filter((row) => row.group === group);
    return own.length === 0 ? [] : [section(group, own)];
  });
  const total = `${rows.length} third-party ${rows.length === 1 ? 'package' : 'packages'}`;
  return `${[...sections, total].join('\n\n')}\n`;
}

function section(group: LicenceGroup, rows: readonly Row[]): string {
  const byLicence = new Map<string, Row[]>();
  for (const row of rows) byLicence.set(row.licence, [...(byLicence.get(row.licence) ?? []), row]);
  const lines = [...byLicence]
    .sort(([a, ours], [b, theirs]) => theirs.length - ours.length || (a < b ? -1 : 1))
    .map(([licence, own]) => {
      const meant = own[0]?.suggestions.length === 0 ? '' : ` (may mean ${own[0]?.suggestions.slice(0, 4).join(', ')})`;
      const name = licence === '' ? 'nothing declared' : inertLine(licence, 120);
      return `  ${name}${meant}: ${own.length}\n${own.map(({ component }) => `    ${inertLine(labelOf(component), 200)}`).join('\n')}`;
    });
  return `${headings[group]} (${rows.length})\n${lines.join('\n')}`;
}

const headings: Readonly<Record<LicenceGroup, string>> = {
  'public-domain': 'Public domain',
  permissive: 'Permissive',
  'weak-copyleft': 'Weak copyleft',
  'strong-copyleft': 'Strong copyleft',
  'network-copyleft': 'Network copyleft',
  'source-available': 'Source available, use restricted',
  'non-commercial': 'Non-commercial',
  content: 'Content and data',
  other: 'In no category',
  'no-rights': 'No rights granted, or own terms',
  unknown: 'Not readable for certain',
};

function renderJson(rows: readonly Row[]): string {
  const packages = rows.map(({ component, licence, group, field, from, suggestions }) => ({
    name: component.name,
    version: component.version,
    purl: component.purl,
    scope: component.scope,
    licence,
    category: group,
    declared: field ?? null,
    from,
    suggestions,
  }));
  return `${JSON.stringify({ packages }, null, 2)}\n`;
}

/** RFC 4180, with a header line. */
function renderCsv(rows: readonly Row[]): string {
  const lines = rows.map(({ component, licence, group, from }) => [
    component.name,
    component.version,
    licence,
    group,
    component.scope,
    from,
  ]);
  return [['name', 'version', 'licence', 'category', 'scope', 'from'], ...lines].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

/** A cell that a spreadsheet would take for a formula begins with an apostrophe instead; a scoped name is none. */
function cell(value: string): string {
  const safe = inertLine(value, 1000);
  const isFormula = /^[=+\-@\t\r]/.test(safe) && !/^@[\w.~-]+\/[\w.~-]+$/.test(safe);
  const text = isFormula ? `'${safe}` : safe;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
