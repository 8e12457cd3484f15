import type { ImitatedPackage } from '../evidence/imitated-package.ts';
import { imitatedPackage } from '../evidence/imitated-package.ts';
import { packument } from '../evidence/packument.ts';
import { type Popularity, popularity } from '../evidence/popularity.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import type { Fact } from '../model/finding.ts';
import { formatDate, formatDuration } from '../model/units.ts';
import { perMonth } from '../names/downloads.ts';
import { historyOf, type PackageHistory } from './package-history.ts';

const day = 86_400_000;
/** A name this young with so few versions is what an attack looks like. */
const youngFor = 30 * day;
const fewVersions = 3;
/** A name that has been published for so long and so often would have been reported. */
const establishedAfter = 365 * day;
const establishedVersions = 5;

/** May this name be taken for that of a much more popular package. */
export const typosquat: AnyCheck = defineCheck({
  id: 'typosquat',
  scope: 'component',
  needs: { popularity },
  uses: { packument, imitatedPackage },
  options: { defaults: {}, properties: {} },
  rules: {
    'typosquat/imitates': {
      severity: 'error',
      summary: 'The name imitates that of a much more popular package',
      why: 'Attackers publish under names that people and machines write by mistake: a slip of the finger, a forgotten scope, an alias without npm:.',
      fix: 'Check which package was meant. If it is this one, write a waiver that says who checked.',
      incident: 'crossenv copied the environment of everybody who meant cross-env (2017); naniod, yarsg and rimarf spread a worm in 2026.',
      family: 'name',
    },
    'typosquat/resembles': {
      severity: 'warning',
      summary: 'The name builds on, or lies close to, that of a much more popular package',
      why: 'Most imitations of today add a word that sounds official. Most packages with such names are honest extensions: look before you trust the name.',
      fix: 'Look at who publishes it, since when, and whether the popular package mentions it.',
      incident: 'easy-day-js (2026-06) borrowed the name of dayjs and reached 141 packages.',
      family: 'name',
    },
  },
  evaluate: ({ subject: { component }, known, used, context }) => {
    const [relation] = known.popularity.relations;
    if (relation === undefined || known.popularity.tier === 'none') return [];
    const release = used.packument?.releases.get(component.version);
    if (isPublishedByTheirOwn(release?.publisher?.name, used.imitatedPackage)) return [];
    const history = used.packument === undefined ? undefined : historyOf(used.packument);
    const level = levelOf(relation.tier, history, context.now);
    if (level === 'none') return [];
    const { target } = relation;
    return [
      {
        rule: level === 'block' ? 'typosquat/imitates' : 'typosquat/resembles',
        message: `${component.name} ${relation.reason} ${target.name}`,
        facts: [
          { label: target.name, value: perMonth(target.downloads), source: 'popularity list' },
          ...ownFacts(known.popularity, history, context.now),
          { label: 'likeness', value: relation.kind, source: 'name' },
        ],
        help: [`did you mean ${target.name}?`, 'otherwise look at who publishes it and what it does before it runs'],
      },
    ];
  },
});

/**
 * The registry notes who published a version; only the account itself can. Being listed as a maintainer is no proof: anybody
 * can name anybody.
 */
function isPublishedByTheirOwn(publisher: string | undefined, imitated: ImitatedPackage | undefined): boolean {
  return publisher !== undefined && imitated?.status === 'published' && imitated.maintainers?.includes(publisher) === true;
}

function levelOf(tier: 'warn' | 'block', history: PackageHistory | undefined, now: number): 'none' | 'warn' | 'block' {
  const age = history?.firstPublishedAt === undefined ? undefined : now - history.firstPublishedAt;
  if (history === undefined || age === undefined) return tier;
  if (age >= establishedAfter && history.versionCount >= establishedVersions) return tier === 'block' ? 'warn' : 'none';
  return age < youngFor && history.versionCount <= fewVersions ? 'block' : tier;
}

function ownFacts(own: Popularity, history: PackageHistory | undefined, now: number): readonly Fact[] {
  const downloads = own.downloads === undefined ? 'not among the most downloaded names' : perMonth(own.downloads);
  const facts: Fact[] = [{ label: 'itself', value: `${downloads} (counted ${formatDate(own.measuredAt)})`, source: 'popularity list' }];
  if (history?.firstPublishedAt === undefined) return facts;
  const versions = `${history.versionCount} version${history.versionCount === 1 ? '' : 's'}`;
  return [...facts, { label: 'published', value: `${versions} in ${formatDuration(now - history.firstPublishedAt)}`, source: 'registry' }];
}
