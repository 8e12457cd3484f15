import { basename, resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { readOsv } from '../advisories/osv.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { parseJson } from '../model/json.ts';
import { days, daysToMilliseconds, formatDate, formatDuration } from '../model/units.ts';
import { recordFiles } from '../platform/advisory-source.ts';
import { type ImportSummary, advisoryFolders, advisoryStatus, dataOf } from '../platform/advisory-store.ts';
import { type AdvisoryWriter, createAdvisoryWriter } from '../platform/advisory-writer.ts';
import { homeFolder } from '../platform/home.ts';
import { plural } from '../reporters/summary.ts';
import type { Command, CommandResult, Environment } from './command.ts';

/** `lockgate advisories`: keeps a database of advisories for runs without a registry that knows any. */
export const advisories: Command = {
  name: 'advisories',
  summary: 'Import advisories in OSV format, or show what is imported',
  usage: 'import FILE|DIR | status',
  description: [
    'import reads an OSV archive (all.zip of npm or of all ecosystems) or a folder of OSV records, and replaces what was imported',
    'before. Checks use it beside the registry, or alone with checks.advisory.source: import. Older than a week it proves nothing.',
    'status says what is imported; its exit code is 3 where nothing usable is.',
  ].join('\n'),
  maxPositionals: 2,
  options: {},
  examples: [
    ['lockgate advisories import all.zip', 'from an archive that was fetched before'],
    ['lockgate advisories status', 'how old it is and what it holds'],
  ],
  run: async ({ positionals: [action, path], environment }) => {
    if (action === 'import' && path !== undefined) return imported(await importRecords(path, environment), environment);
    if (action === 'status' && path === undefined) return status(environment);
    throw new GateError('usage', action === 'import' ? 'import needs a file or a folder' : 'advisories needs import FILE or status', {
      hint: 'lockgate advisories --help shows how',
    });
  },
};

/** The default of `checks.advisory.stale-after`. */
const staleAfter = daysToMilliseconds(days(7));
/** Records between two looks at the clock of the terminal and at whether somebody wants to stop. */
const recordsPerTurn = 500;

type Counts = { -readonly [Key in keyof Omit<ImportSummary, 'names'>]: number };

async function importRecords(path: string, environment: Environment): Promise<ImportSummary> {
  const writer = createAdvisoryWriter(advisoryFolders(environment.variables, homeFolder()));
  const counts: Counts = { importedAt: environment.now, newestChange: 0, records: 0, malware: 0, withdrawn: 0, unreadable: 0, foreign: 0 };
  try {
    let files = 0;
    for (const { name, read } of recordFiles(resolve(environment.cwd, path), basename(path))) {
      if (++files % recordsPerTurn === 0) {
        environment.onProgress(`${files} records read`);
        await turn();
        environment.signal.throwIfAborted();
      }
      keep(name, read(), writer, counts);
    }
    if (counts.records === 0) throw new GateError('input-invalid', `${basename(path)} holds no advisories about npm packages`);
    return writer.commit(counts);
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

/** A record that cannot be understood ends the import: a database with holes would let pass what lies in them. */
function keep(name: string, text: string, writer: AdvisoryWriter, counts: Counts): void {
  const reading = readOsv(parseJson(text), counts.importedAt as Environment['now']); // counted in milliseconds, as the environment is
  if (reading.type === 'refused') throw new GateError('input-invalid', `${inertLine(name, 200)} is no usable OSV record: ${reading.why}`);
  const { packages, isWithdrawn, modified = 0 } = reading;
  if (packages.length === 0) {
    counts.foreign++;
    return;
  }
  counts.newestChange = Math.max(counts.newestChange, modified);
  if (isWithdrawn) {
    counts.withdrawn++;
    return;
  }
  counts.records++;
  if (packages.some(({ isMalware }) => isMalware)) counts.malware++;
  if (packages.some(({ affected }) => affected === 'unreadable')) counts.unreadable++;
  for (const one of packages) writer.add(one.name, JSON.stringify(one));
}

function imported(summary: ImportSummary, { now }: Environment): CommandResult {
  return { exitCode: 0, stdout: `imported ${described(summary)}${ageNote(summary, now)}` };
}

function status({ variables, now }: Environment): CommandResult {
  const found = advisoryStatus(advisoryFolders(variables, homeFolder()));
  if (!('summary' in found)) {
    const why = found.state === 'absent' ? 'nothing is imported' : found.why;
    return { exitCode: 3, stdout: `${why}: lockgate advisories import FILE puts a database there\n` };
  }
  const { summary } = found;
  const age = now - dataOf(summary);
  return {
    exitCode: age < staleAfter ? 0 : 3,
    stdout: `imported on ${formatDate(summary.importedAt)}: ${described(summary)}${ageNote(summary, now)}`,
  };
}

function described({ records, names, malware, withdrawn, unreadable, foreign }: ImportSummary): string {
  const left = [...(withdrawn > 0 ? [`${withdrawn} withdrawn`] : []), ...(foreign > 0 ? [`${foreign} about other ecosystems`] : [])];
  return [
    `${plural(records, 'record')} about ${plural(names, 'npm package')}, ${malware} of malware`,
    ...(left.length > 0 ? [`left out: ${left.join(', ')}`] : []),
    ...(unreadable > 0 ? [`${unreadable} do not say in a known way which versions they hit; these packages will be inconclusive`] : []),
    '',
  ].join('\n');
}

function ageNote(summary: ImportSummary, now: number): string {
  const newest = dataOf(summary);
  const age = now - newest;
  const isFresh = age < staleAfter;
  const what = `newest change: ${formatDate(newest)}, ${formatDuration(age)} ago`;
  return isFresh
    ? `${what}\n`
    : `${what}; older than ${formatDuration(staleAfter)}: checks will not rely on it, fetch a newer archive and import it\n`;
}
