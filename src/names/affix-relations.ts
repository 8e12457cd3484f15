import type { NameShape } from './name-shape.ts';
import type { Popular, PopularityTable } from './popularity-table.ts';
import type { Relation } from './relation.ts';
import { squash } from './squash.ts';
import { conventionLength } from './words.ts';

/** A version that an alias name carries: `-v2`, `-5.8`, `17`, `12.5.3`. */
const versionSuffix = /^(.+?)([-_.@]?)(v?)(\d{1,2}(?:[._]\d{1,3}){0,2})$/;

/**
 * A popular name with a version behind it. In lockfiles these are alias names (`"react-17": "npm:react@17"`); on the
 * registry somebody else owns them, and forgetting `npm:` installs theirs.
 */
export function versionRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const match = versionSuffix.exec(shape.name);
  if (match === null) return [];
  const [, stem = '', delimiter = '', letter = ''] = match;
  const target = mostPopular(stem, table);
  if (target === undefined) return letter === '' ? [] : variantRelations(shape, table);
  if (squash(target.name).length < shortestStem) return [];
  const isMarked = delimiter !== '' || letter !== '';
  const fewest = isMarked ? markedFrom : shape.words.length > 1 ? gluedWordsFrom : gluedWordFrom;
  return relationFrom(fewest, { kind: 'version', target, reason: 'is an alias form, the name with a version, of' });
}

const shortestStem = 3;
const markedFrom = 10e3;
const gluedWordsFrom = 100e3;
const gluedWordFrom = 1e6;
const variantFrom = 1e6;

/** A popular name of two or more words with words and a version behind it: `styled-components-react18-v5`. */
function variantRelations({ words, scope }: NameShape, table: PopularityTable): readonly Relation[] {
  if (scope !== '') return [];
  for (let count = words.length - 1; count >= 2; count -= 1) {
    const target = mostPopular(words.slice(0, count).join('-'), table);
    if (target === undefined || !(target.downloads >= variantFrom) || conventionLength(words.slice(0, count + 1), table) >= count) continue;
    return [{ kind: 'version', target, tier: 'warn', reason: 'adds words and a version to', counterReasons: [] }];
  }
  return [];
}

/** Words that claim to be another edition of the same package. */
const editionSuffix = /^(.{2,})[-_.](?:new|old|latest|next|legacy|stable|beta|fix|fixed|patched|updated|lts)$/;
const editionFrom = 5e6;

/** A popular name that claims to be another edition of itself: `globby-legacy`. */
export function editionRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const stem = shape.scope === '' ? editionSuffix.exec(shape.name)?.[1] : undefined;
  const target = stem === undefined ? undefined : mostPopular(stem, table);
  if (target === undefined || !(target.downloads >= editionFrom)) return [];
  return [{ kind: 'version', target, tier: 'block', reason: 'claims to be another edition of', counterReasons: [] }];
}

const affixes: readonly RegExp[] = [/^(.{2,}?)[-_.]?(?:nodejs|node|js|npm|ts)$/, /^(?:nodejs|node|js|npm|ts)[-_.]?(.{2,})$/];

/** A popular name with `js` or `node` before or behind it. */
export function affixRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  if (shape.scope !== '') return [];
  return affixes.flatMap((affix): readonly Relation[] => {
    const stem = affix.exec(shape.base)?.[1];
    const target = stem === undefined ? undefined : mostPopular(stem, table);
    if (stem === undefined || target === undefined) return [];
    return relationFrom(affixedFrom(squash(stem).length, shape.words.length === 1), {
      kind: 'js-affix',
      target,
      reason: 'adds js or node to',
    });
  });
}

/** Short stems, and ones without a delimiter, meet the letters of an affix by chance. */
function affixedFrom(stemLength: number, isGlued: boolean): number {
  if (stemLength <= 2) return 20e6;
  if (stemLength === 3) return 30e6;
  return isGlued ? 1e6 : 300e3;
}

/** Names that differ in delimiters or case only. */
export function delimiterRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const target = table
    .sameName(shape.name)
    .find((popular) => popular.name !== shape.name && popular.name.startsWith('@') === shape.name.startsWith('@'));
  if (target === undefined) return [];
  const fewest = shape.squashed.length <= 5 ? 1e6 : 1e3;
  return relationFrom(fewest, { kind: 'delimiter', target, reason: 'differs only in delimiters or case from' });
}

const warnShare = 0.1;

/** A relation that blocks from a number of downloads of the target, and warns from a tenth of it. */
function relationFrom(fewest: number, relation: Pick<Relation, 'kind' | 'target' | 'reason'>): readonly Relation[] {
  if (!(relation.target.downloads >= fewest * warnShare)) return [];
  return [{ ...relation, tier: relation.target.downloads >= fewest ? 'block' : 'warn', counterReasons: [] }];
}

function mostPopular(stem: string, table: PopularityTable): Popular | undefined {
  return table.sameName(stem)[0];
}
