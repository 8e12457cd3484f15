import type { NameShape } from './name-shape.ts';
import type { Popular, PopularityTable } from './popularity-table.ts';
import type { Relation } from './relation.ts';
import { squash } from './squash.ts';

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
  const isMarked = delimiter !== '' || letter !== '';
  const target = mostPopular(stem, table) ?? (letter === '' ? undefined : leadingPopular(stem, table));
  if (target === undefined || squash(target.name).length < 3) return [];
  const fewest = isMarked ? 10e3 : shape.words.length > 1 ? 100e3 : 1e6;
  if (!(target.downloads >= fewest * 0.1)) return [];
  const tier = target.downloads >= fewest ? 'block' : 'warn';
  return [{ kind: 'version', target, tier, reason: 'is an alias form, the name with a version, of', counterReasons: [] }];
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
    const stem = affix.exec(shape.base)?.[1]?.replace(/[-_.]$/, '');
    const target = stem === undefined ? undefined : mostPopular(stem, table);
    if (stem === undefined || target === undefined) return [];
    const isGlued =
      shape.words.join('-') === shape.base &&
      !shape.base.includes(`${stem}-`) &&
      !shape.base.includes(`-${stem}`) &&
      !/[-_.]/.test(shape.base);
    const length = squash(stem).length;
    const fewest = length <= 2 ? 20e6 : length <= 3 ? 30e6 : isGlued ? 1e6 : 300e3;
    if (!(target.downloads >= fewest * 0.1)) return [];
    const tier = target.downloads >= fewest ? 'block' : 'warn';
    return [{ kind: 'js-affix', target, tier, reason: 'adds js or node to', counterReasons: [] }];
  });
}

/** Names that differ in delimiters or case only. */
export function delimiterRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  return table
    .sameName(shape.name)
    .filter((target) => target.name !== shape.name && target.name.startsWith('@') === shape.name.startsWith('@'))
    .slice(0, 1)
    .flatMap((target): readonly Relation[] => {
      const fewest = shape.squashed.length <= 5 ? 1e6 : 1e3;
      if (!(target.downloads >= fewest * 0.1)) return [];
      const tier = target.downloads >= fewest ? 'block' : 'warn';
      return [{ kind: 'delimiter', target, tier, reason: 'differs only in delimiters or case from', counterReasons: [] }];
    });
}

function mostPopular(stem: string, table: PopularityTable): Popular | undefined {
  return table.sameName(stem)[0];
}

/** The longest run of leading words that is popular. */
function leadingPopular(stem: string, table: PopularityTable): Popular | undefined {
  const words = stem.split('-');
  for (let count = words.length - 1; count > 0; count -= 1) {
    const target = mostPopular(words.slice(0, count).join('-'), table);
    if (target !== undefined && target.downloads >= 1e6) return target;
  }
  return undefined;
}
