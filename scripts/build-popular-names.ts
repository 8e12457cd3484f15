/**
 * Builds allowlists/popular-names from two MIT-licensed packages of the npm registry: `download-counts` (downloads a month
 * of every public package) and `npm-high-impact` (which fills gaps of the former). Run from the repository root:
 * `npm run -s tools && node .tools/scripts/build-popular-names.js`.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { encodePopularity, type PopularName } from '../src/names/popularity-format.ts';

const folder = 'allowlists/popular-names';
const sources = ['download-counts', 'npm-high-impact'] as const;
const tableSize = 300_000;
const topSize = 10_000;

const temporary = await mkdtemp(join(tmpdir(), 'popular-names-'));
try {
  await build(temporary);
} finally {
  await rm(temporary, { recursive: true });
}

async function build(at: string): Promise<void> {
  await promisify(execFile)('npm', ['install', '--prefix', at, '--ignore-scripts', '--no-audit', '--no-fund', ...sources]);
  const counts = await readCounts(join(at, 'node_modules/download-counts/counts.json'));
  const ranked = await readRanking(join(at, 'node_modules/npm-high-impact/index.js'));
  const rows = rank(counts, ranked);
  await mkdir(folder, { recursive: true });
  const files = {
    table: await writeList('table.deflate', rows.slice(0, tableSize)),
    top: await writeList('top.deflate', rows.slice(0, topSize)),
  };
  const described = await Promise.all(sources.map((name) => describe(at, name)));
  const manifest = {
    version: 1,
    description: 'The most downloaded names of the public npm registry, with downloads a month in ten buckets for each power of ten.',
    measured: measuredOn(described[0]?.version ?? ''),
    licence: 'MIT',
    sources: described,
    files,
    gaps: 'Names that were never counted by download-counts (atob, btoa) are placed by their rank in npm-high-impact; names first published after the measured date are missing.',
  };
  await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  console.log(`${rows.length} names counted, ${files.table.names} kept in ${files.table.bytes} bytes`);
}

async function readCounts(path: string): Promise<Map<string, number>> {
  const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
  const entries = Object.entries(parsed as Record<string, unknown>); // every value is checked below
  return new Map(entries.filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1]) && /^[!-~]{1,214}$/.test(entry[0])));
}

async function readRanking(path: string): Promise<readonly string[]> {
  const module = (await import(pathToFileURL(path).href)) as { readonly npmTopDownloads: readonly string[] }; // the package's documented export
  return module.npmTopDownloads;
}

/** All names, most downloaded first. A ranked name without a count gets the count of the ranked name before it. */
function rank(counts: ReadonlyMap<string, number>, ranked: readonly string[]): readonly PopularName[] {
  const rows = new Map(counts);
  let latest = 0;
  for (const name of ranked) {
    latest = counts.get(name) ?? latest;
    if (!counts.has(name)) rows.set(name, latest);
  }
  return [...rows]
    .map(([name, downloads]) => ({ name, downloads }))
    .sort((a, b) => b.downloads - a.downloads || (a.name < b.name ? -1 : 1));
}

async function writeList(file: string, rows: readonly PopularName[]): Promise<ListDescription> {
  const packed = encodePopularity(rows);
  await writeFile(join(folder, file), packed);
  const sha256 = createHash('sha256').update(packed).digest('hex');
  return { path: file, names: rows.length, fewestDownloads: rows.at(-1)?.downloads ?? 0, bytes: packed.length, sha256 };
}

interface ListDescription {
  readonly path: string;
  readonly names: number;
  readonly fewestDownloads: number;
  readonly bytes: number;
  readonly sha256: string;
}

interface SourceDescription {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly integrity: string;
}

async function describe(at: string, name: string): Promise<SourceDescription> {
  const lock = JSON.parse(await readFile(join(at, 'package-lock.json'), 'utf8')) as {
    readonly packages: Record<string, { readonly version: string; readonly license: string; readonly integrity: string }>;
  }; // npm wrote it a moment ago
  const entry = lock.packages[`node_modules/${name}`];
  if (entry === undefined) throw new Error(`npm did not install ${name}`);
  if (entry.license !== 'MIT') throw new Error(`${name} is no longer MIT-licensed: ${entry.license}`);
  return { name, version: entry.version, licence: entry.license, integrity: entry.integrity };
}

/** download-counts carries the month of its data in its version: 2.20260301.0. */
function measuredOn(version: string): string {
  const match = /^\d+\.(\d{4})(\d{2})(\d{2})\.\d+$/.exec(version);
  if (match === null) throw new Error(`cannot read the date in ${version}`);
  return `${match[1]}-${match[2]}-${match[3]}`;
}
