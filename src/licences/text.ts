import type { IndexedText, TextIndex } from './text-index.ts';
import { findReferences } from './text-references.ts';
import type { TextWord } from './text-words.ts';
import { textWords } from './text-words.ts';

/** How much of a licence's text a file holds. */
export type TextBand =
  /** The same text, but for names and titles. */
  | 'same'
  /** The same licence with small differences: `residual` shows what was added. */
  | 'close'
  /** Near enough to name, too far to rely on: a person must look. */
  | 'review';

export interface DetectedLicence {
  /** SPDX id without `-only` or `-or-later`, which a text cannot tell apart. */
  readonly id: string;
  /** Share of the licence's text that stands in the file, 0 to 1, rare phrases counting more. */
  readonly coverage: number;
  readonly band: TextBand;
}

/** A stretch of the file that belongs to no licence that was found. */
export interface ResidualText {
  readonly start: number;
  readonly end: number;
}

export interface TextDetection {
  /** The licences whose full terms stand in the file, the longest first. */
  readonly licences: readonly DetectedLicence[];
  /** Licences that are only named or linked. Weak evidence. */
  readonly references: readonly string[];
  readonly residual: readonly ResidualText[];
  /** What is left over speaks of duties, limits or money: the terms may have been changed. */
  readonly hasOwnConditions: boolean;
}

/** In UTF-16 units. Larger files are bundles of notices, not a licence; only the beginning is read. */
export const maximumTextLength: number = 512 * 1024;
/** A file that seems to hold more licences than this is a list of notices. */
const maximumLicences = 20;
const thresholds: Readonly<Record<TextBand, number>> = { same: 0.93, close: 0.87, review: 0.75 };
/** A licence has to explain at least this much that no other explains already, as a share of its own text. */
const leastNews = 0.5;
/** What a licence says and the file does not counts against it: this is what tells ISC from 0BSD and MIT from MIT-0. */
const penalty = 2;

/**
 * Finds the licences whose text a file holds, several if there are several. Time is linear in the file; titles, names,
 * line breaks and copyright lines do not matter.
 */
export function detectLicences(text: string, index: TextIndex): TextDetection {
  const words = textWords(text.slice(0, maximumTextLength));
  const pairs = pairsOf(words, index);
  const found = cover(pairs, index);
  const residual = residualOf(words, pairs, found);
  const ids = new Set(found.map(({ text }) => text.ids[0]));
  return {
    licences: found.map(({ text, coverage }) => ({ id: text.ids[0], coverage, band: bandOf(coverage) })),
    references: findReferences(residual.map(({ start, end }) => text.slice(start, end))).filter(
      (id) => !ids.has(id.replace(/-(?:only|or-later)$/, '')),
    ),
    residual,
    hasOwnConditions: residual.some(({ start, end }) => hasConditions(text.slice(start, end))),
  };
}

interface Found {
  readonly text: IndexedText;
  readonly coverage: number;
}

/** The pair that each word ends, by the word's place; undefined where no licence has it. */
function pairsOf(words: readonly TextWord[], index: TextIndex): readonly (number | undefined)[] {
  const numbers = words.map(({ word }) => index.numberOf(word));
  return numbers.map((second, place) => {
    const first = place === 0 ? undefined : numbers[place - 1];
    return first === undefined || second === undefined ? undefined : index.pairKey(first, second);
  });
}

/** Takes the licence that explains the file best, then the one that explains the rest best, until nothing fits. */
function cover(pairs: readonly (number | undefined)[], index: TextIndex): readonly Found[] {
  const counts = new Map<number, number>();
  for (const pair of pairs) if (pair !== undefined) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  const whole = overlaps(counts, index);
  const remaining = new Map(counts);
  const found: Found[] = [];
  for (let round = 0; round < maximumLicences; round += 1) {
    const best = bestOf(overlaps(remaining, index), whole, index);
    if (best === undefined) break;
    // Another copy of the same text, or a published variant of it, is no second licence.
    if (!found.some(({ text }) => text.ids[0] === best.text.ids[0])) found.push(best);
    for (const [pair, count] of best.text.pairs) {
      const left = remaining.get(pair);
      if (left !== undefined) remaining.set(pair, Math.max(0, left - count));
    }
  }
  return found;
}

/** For each text the weight of the pairs that it shares with the counted ones. */
function overlaps(counts: ReadonlyMap<number, number>, index: TextIndex): ReadonlyMap<number, number> {
  const shared = new Map<number, number>();
  for (const [pair, count] of counts) {
    if (count === 0) continue;
    const weight = index.weightOf(pair);
    for (const place of index.textsWith(pair)) {
      const wanted = index.texts[place]?.pairs.get(pair) ?? 0;
      shared.set(place, (shared.get(place) ?? 0) + weight * Math.min(count, wanted));
    }
  }
  return shared;
}

function bestOf(news: ReadonlyMap<number, number>, whole: ReadonlyMap<number, number>, index: TextIndex): Found | undefined {
  let best: Found | undefined;
  let bestScore = 0;
  for (const [place, gain] of news) {
    const text = index.texts[place];
    if (text === undefined) continue;
    const coverage = (whole.get(place) ?? 0) / text.weight;
    if (!(coverage >= thresholds.review) || !(gain / text.weight >= leastNews)) continue;
    const score = gain - penalty * (1 - coverage) * text.weight;
    if (score > bestScore) [best, bestScore] = [{ text, coverage }, score];
  }
  return best;
}

function bandOf(coverage: number): TextBand {
  if (coverage >= thresholds.same) return 'same';
  return coverage >= thresholds.close ? 'close' : 'review';
}

/** Words in a row that no found licence has; a few covered words between two such rows do not part them. */
function residualOf(words: readonly TextWord[], pairs: readonly (number | undefined)[], found: readonly Found[]): readonly ResidualText[] {
  const isCovered = (place: number): boolean => {
    const [before, after] = [pairs[place], pairs[place + 1]];
    return found.some(({ text }) => (before !== undefined && text.pairs.has(before)) || (after !== undefined && text.pairs.has(after)));
  };
  const runs: { start: number; end: number; last: number }[] = [];
  for (const [place, { start, end }] of words.entries()) {
    if (isCovered(place)) continue;
    const run = runs.at(-1);
    if (run !== undefined && place - run.last <= 4) Object.assign(run, { end, last: place });
    else runs.push({ start, end, last: place });
  }
  return runs.map(({ start, end }) => ({ start, end }));
}

function hasConditions(text: string): boolean {
  return /\b(?:must|shall|not|cannot|may only|fee|fees|pay|payment|commercial|commercially|subscription|prohibited|forbidden|restricted|limited to)\b/i.test(
    text,
  );
}
