import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pacote from 'pacote';
import type { TextDetection } from '../../../src/licences/text.ts';
import { detectLicences } from '../../../src/licences/text.ts';
import type { TextIndex } from '../../../src/licences/text-index.ts';
import { loadTextIndex } from '../../../src/licences/text-index.ts';
import type { Bar } from './bar.ts';
import { shareBar, zeroBar } from './bar.ts';

interface Item {
  readonly id: string;
  readonly package: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
  readonly expect: { readonly licences: readonly string[]; readonly references: readonly string[]; readonly reviewOnly?: boolean };
}

/** The licences in real files, fetched from the registry and proven by their digest. */
export async function scoreTexts(items: unknown): Promise<readonly Bar[]> {
  const all = items as readonly Item[]; // the corpus' own shape
  const index = await loadTextIndex();
  const unfetched: string[] = [];
  const licences: string[] = [];
  const references: string[] = [];
  const dangerous: string[] = [];
  const texts = await fetchAll(all);
  for (const [place, item] of all.entries()) {
    const text = texts[place];
    const name = `${item.id} ${item.package}@${item.version} ${item.file}`;
    if (typeof text !== 'string') {
      unfetched.push(`${name}: ${String(text)}`);
      continue;
    }
    const { found, detection } = detect(text, index);
    if (!isSameSet(found, item.expect.licences))
      licences.push(`${name}: ${describe(detection)}, should be ${item.expect.licences.join(', ') || 'nothing'}`);
    if (!isSameSet(detection.references, item.expect.references))
      references.push(`${name}: ${detection.references.join(', ') || 'none'}, should be ${item.expect.references.join(', ') || 'none'}`);
    if (item.expect.reviewOnly === true && found.length > 0) dangerous.push(`${name}: ${found.join(', ')}`);
  }
  return [
    zeroBar('texts: not fetched or not the bytes that were labelled', all.length, unfetched),
    shareBar('texts: licences', all.length - unfetched.length, licences, 0.95),
    shareBar('texts: references (no bar)', all.length - unfetched.length, references, 0),
    zeroBar('texts: own terms reported as a licence', all.length, dangerous),
  ];
}

function detect(text: string, index: TextIndex): { readonly found: readonly string[]; readonly detection: TextDetection } {
  const detection = detectLicences(text, index);
  return { found: detection.licences.filter(({ band }) => band !== 'review').map(({ id }) => id), detection };
}

function describe({ licences }: TextDetection): string {
  return licences.map(({ id, coverage, band }) => `${id} ${band} ${coverage.toFixed(3)}`).join(', ') || 'nothing';
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const set = (ids: readonly string[]): string => [...new Set(ids)].sort().join();
  return set(a) === set(b);
}

/** The text of each item, or why it is not there. A few at a time; nothing that a package holds is run. */
async function fetchAll(items: readonly Item[]): Promise<readonly (string | Error)[]> {
  const texts: (string | Error)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-licences-'));
  try {
    for (let from = 0; from < items.length; from += 8) {
      texts.push(...(await Promise.all(items.slice(from, from + 8).map((item) => fetchText(item, join(folder, item.id))))));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return texts;
}

async function fetchText(item: Item, folder: string): Promise<string | Error> {
  try {
    await pacote.extract(`${item.package}@${item.version}`, folder, { cache: join(tmpdir(), 'lockgate-corpus-cache') });
    const bytes = readFileSync(join(folder, item.file));
    const digest = createHash('sha256').update(bytes).digest('hex');
    return digest === item.sha256 ? bytes.toString('utf8') : new Error(`digest is ${digest}`);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
