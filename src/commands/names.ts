import { resolve } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { type Milliseconds, formatDate, formatDuration } from '../model/units.ts';
import { perMonth } from '../names/downloads.ts';
import { type NameFault, nameFault } from '../names/lookalike.ts';
import { openPopularNames, type PopularNames } from '../names/popular-names.ts';
import { isStale } from '../names/popularity-manifest.ts';
import type { Relation } from '../names/relation.ts';
import { readShipped } from '../platform/allowlists.ts';
import { readFileBytes } from '../platform/files.ts';
import type { Command, Invocation } from './command.ts';

const maxNames = 100_000;
const maxListBytes = 64 * 1024 * 1024;

/** `lockgate names NAME...`: may a name be taken for another one. Offline; what an editor or an agent asks before an install. */
export const names: Command = {
  name: 'names',
  summary: 'Tell whether package names imitate popular ones, offline',
  usage: '[NAME]...',
  description: [
    'Names come from the command line, or one a line from standard input. A version behind a name is ignored: left-pad@1.3.0.',
    'Nothing is asked over the network: a name that resembles nothing may still not exist.',
    'Exit code 1 when a name imitates a popular one or is no package name.',
  ].join('\n'),
  maxPositionals: Infinity,
  options: {
    format: { type: 'string', short: 'f', value: 'FORMAT', description: 'Output format: text, json' },
    strict: { type: 'boolean', description: 'Exit code 1 for warnings, too' },
    list: { type: 'string', value: 'FOLDER', description: 'Your own list of popular names: manifest.json and its files' },
  },
  examples: [
    ['lockgate names crpyto-js', 'block: swaps two neighbouring letters of crypto-js'],
    ['lockgate names --format json < new-dependencies.txt', 'many names, as data'],
  ],
  run: async (invocation) => {
    const render = rendererFor(invocation.text('format') ?? 'text');
    const asked = await askedNames(invocation);
    const list = openList(invocation.text('list'), invocation.environment.cwd);
    const answers = asked.map((name) => judge(name, list));
    const failing: readonly NameVerdict[] = invocation.flag('strict') ? ['block', 'warn'] : ['block'];
    const stale = staleness(list, invocation.environment.now);
    return {
      exitCode: answers.some(({ verdict }) => failing.includes(verdict)) ? 1 : 0,
      stdout: render(answers, list),
      ...(stale === undefined ? {} : { stderr: stale }),
    };
  },
};

type NameVerdict = 'block' | 'warn' | 'none';

/** What is said about one name. */
interface NameAnswer {
  readonly name: string;
  readonly verdict: NameVerdict;
  /** Downloads a month; null where the name is not listed. */
  readonly downloads: number | null;
  readonly fault: NameFault | null;
  readonly relations: readonly Relation[];
  /** Popular packages whose names are put together in this one. */
  readonly conflation: readonly string[];
}

function judge(name: string, list: PopularNames): NameAnswer {
  const fault = nameFault(name) ?? null;
  if (fault !== null && fault.kind !== 'upper-case')
    return { name, verdict: 'block', downloads: null, fault, relations: [], conflation: [] };
  const { tier, downloads, relations } = list.assess(name);
  const isSurprising = fault !== null && downloads === undefined;
  return {
    name,
    verdict: tier === 'none' && isSurprising ? 'warn' : tier,
    downloads: downloads ?? null,
    fault: isSurprising ? fault : null,
    relations,
    conflation: list.conflation(name).map((popular) => popular.name),
  };
}

async function askedNames({ positionals, environment }: Invocation): Promise<readonly string[]> {
  const lines = positionals.length > 0 ? positionals : (await environment.readStdin()).split(/\r?\n/);
  const asked = [...new Set(lines.map((line) => packageName(line.trim())).filter((name) => name !== ''))];
  if (asked.length === 0)
    throw new GateError('usage', 'there is no name to judge', { hint: 'name packages, or write them to standard input' });
  if (asked.length > maxNames) throw new GateError('input-invalid', `${asked.length} names are too many: at most ${maxNames} at once`);
  return asked;
}

/** The package of what `npm install` takes: `name@range`, or the real name behind `alias@npm:name@range`. */
function packageName(spec: string): string {
  const real = spec.replace(/^@?[^@]*@npm:/, '');
  const at = real.indexOf('@', 1);
  return at === -1 ? real : real.slice(0, at);
}

function openList(folder: string | undefined, cwd: string): PopularNames {
  if (folder === undefined) return openPopularNames(readShipped);
  const read = (path: string): Uint8Array => {
    const file = path.slice(path.lastIndexOf('/') + 1);
    return readFileBytes(resolve(cwd, folder, file), maxListBytes, `${folder}/${file}`);
  };
  try {
    return openPopularNames(read);
  } catch (cause) {
    if (!(cause instanceof RangeError || cause instanceof SyntaxError)) throw cause;
    throw new GateError('configuration-invalid', `${folder} is no list of popular names: ${cause.message}`, { cause });
  }
}

function staleness({ manifest }: PopularNames, now: Milliseconds): string | undefined {
  if (!isStale(manifest, now)) return undefined;
  const age = formatDuration(now - manifest.measuredAt);
  return `note: the list of popular names was counted on ${formatDate(manifest.measuredAt)}, ${age} ago: newer packages are missing in it\n`;
}

type Render = (answers: readonly NameAnswer[], list: PopularNames) => string;

function rendererFor(format: string): Render {
  if (format === 'text') return renderText;
  if (format === 'json') return renderJson;
  throw new GateError('usage', `there is no format ${JSON.stringify(format)}`, { hint: 'formats: text, json' });
}

function renderJson(answers: readonly NameAnswer[], { manifest }: PopularNames): string {
  return `${JSON.stringify({ schemaVersion: 1, counted: formatDate(manifest.measuredAt), names: answers }, undefined, 2)}\n`;
}

function renderText(answers: readonly NameAnswer[]): string {
  const width = Math.min(40, Math.max(...answers.map(({ name }) => name.length)));
  return answers
    .map((answer) => `${answer.verdict.padEnd(5)}  ${inertLine(answer.name, 214).padEnd(width)}  ${explain(answer)}\n`)
    .join('');
}

function explain({ fault, relations, downloads, conflation }: NameAnswer): string {
  const [relation] = relations;
  if (fault !== null) return describeFault(fault);
  if (relation !== undefined) {
    const counter = relation.counterReasons.length === 0 ? '' : `, but ${relation.counterReasons.join(', and ')}`;
    return `${relation.reason} ${relation.target.name} (${perMonth(relation.target.downloads)})${counter}; did you mean ${relation.target.name}?`;
  }
  if (conflation.length > 0) return `mixes the names of ${conflation.join(' and ')}, and is not among the most downloaded: does it exist?`;
  return downloads === null ? 'resembles no popular name; not among the most downloaded itself' : perMonth(downloads);
}

function describeFault(fault: NameFault): string {
  switch (fault.kind) {
    case 'empty':
      return 'is empty';
    case 'too-long':
      return `has ${fault.length} characters: longer than any package name`;
    case 'hidden':
    case 'control':
      return `contains the hidden character U+${fault.codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
    case 'unicode':
      return `contains letters outside ASCII${fault.reads === undefined ? '' : `; did you mean ${fault.reads}?`}`;
    case 'option':
      return 'reads as a command-line option';
    case 'malformed':
      return `is no package name: ${fault.why}`;
    case 'upper-case':
      return 'has upper-case letters, and is not among the most downloaded';
  }
}
