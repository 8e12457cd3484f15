import { brotliDecompressSync } from 'node:zlib';

/** One distinct licence text; `-only` and `-or-later` share theirs, so that ids here have neither. */
export interface IndexedText {
  readonly ids: readonly [string, ...string[]];
  /** Pair keys of neighbouring words with how often each occurs. */
  readonly pairs: ReadonlyMap<number, number>;
  /** Sum of the weights of all pairs. */
  readonly weight: number;
}

/** Every known licence text, searchable by pairs of neighbouring words. */
export interface TextIndex {
  readonly texts: readonly IndexedText[];
  /** The number of a word, or undefined for a word that no licence has. */
  readonly numberOf: (word: string) => number | undefined;
  readonly pairKey: (first: number, second: number) => number;
  /** How telling a pair is: the rarer among the licences, the more. */
  readonly weightOf: (pair: number) => number;
  /** The texts that have a pair, by their place in `texts`. */
  readonly textsWith: (pair: number) => readonly number[];
}

let loading: Promise<TextIndex> | undefined;

/** Loads and unpacks the index that scripts/build-licence-index.ts built from spdx-license-list (CC0-1.0), once. */
export async function loadTextIndex(): Promise<TextIndex> {
  loading ??= import('./text-index.json', { with: { type: 'json' } }).then(({ default: file }) => buildIndex(unpack(file.data)));
  return loading;
}

interface Packed {
  readonly vocabulary: readonly string[];
  readonly texts: readonly { readonly ids: readonly [string, ...string[]]; readonly words: readonly number[] }[];
}

function unpack(data: string): Packed {
  const json = brotliDecompressSync(Buffer.from(data, 'base64')).toString('utf8');
  return JSON.parse(json) as Packed; // our own generated file
}

function buildIndex({ vocabulary, texts }: Packed): TextIndex {
  const numbers = new Map(vocabulary.map((word, number) => [word, number]));
  const pairKey = (first: number, second: number): number => first * vocabulary.length + second;
  const counted = texts.map(({ ids, words }) => ({ ids, pairs: countPairs(words, pairKey) }));

  const postings = new Map<number, number[]>();
  for (const [place, { pairs }] of counted.entries()) {
    for (const pair of pairs.keys()) {
      const places = postings.get(pair);
      if (places === undefined) postings.set(pair, [place]);
      else places.push(place);
    }
  }
  const weightOf = (pair: number): number => Math.log(1 + texts.length / (postings.get(pair)?.length ?? texts.length));
  return {
    texts: counted.map(({ ids, pairs }) => ({
      ids,
      pairs,
      weight: [...pairs].reduce((sum, [pair, count]) => sum + weightOf(pair) * count, 0),
    })),
    numberOf: (word) => numbers.get(word),
    pairKey,
    weightOf,
    textsWith: (pair) => postings.get(pair) ?? [],
  };
}

function countPairs(words: readonly number[], pairKey: TextIndex['pairKey']): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  for (const [place, second] of words.entries()) {
    const first = words[place - 1];
    if (first === undefined) continue;
    const pair = pairKey(first, second);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}
