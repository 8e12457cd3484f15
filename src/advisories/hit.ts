import type { Advisory } from '../model/advisory.ts';
import { type Effect, effectOn, fixesAbove, lastAffectedFrom } from './affected.ts';
import type { PackageAdvisory } from './osv.ts';
import { compareSeverities, worst } from './severity.ts';

/** Whether a record hits a version; `unknown` where the record or the version cannot be read. */
export function effectOf(advisory: PackageAdvisory, version: string): Effect {
  return advisory.affected === 'unreadable' ? 'unknown' : effectOn(version, advisory.affected);
}

/** A record that hits a version, as evidence. */
export function hitOf(advisory: PackageAdvisory, version: string, source: string): Advisory {
  const { id, aliases, summary, severity, score, isMalware, affected } = advisory;
  const fixedVersions = affected === 'unreadable' ? [] : fixesAbove(version, affected);
  const lastAffected = affected === 'unreadable' || fixedVersions.length > 0 ? undefined : lastAffectedFrom(version, affected);
  return {
    id,
    aliases,
    summary,
    severity,
    ...(score === undefined ? {} : { score }),
    fixedVersions,
    ...(lastAffected === undefined ? {} : { lastAffected }),
    url: addressOf(id),
    isMalware,
    source,
  };
}

/** Worst first; one entry for what several databases, or several ranges of one record, say under names that they share. */
export function uniteHits(hits: readonly Advisory[]): readonly Advisory[] {
  const byName = new Map<string, number>();
  const united: Advisory[] = [];
  for (const hit of hits) {
    const names = [hit.id, ...hit.aliases];
    const index = names.map((name) => byName.get(name)).find((known) => known !== undefined) ?? united.length;
    const known = united[index];
    united[index] = known === undefined ? hit : merge(known, hit);
    for (const name of names) byName.set(name, byName.get(name) ?? index);
  }
  return united.sort(byImportance);
}

/** The address is built from the id: a record cannot send its reader anywhere. */
function addressOf(id: string): string {
  return id.startsWith('GHSA-') ? `https://github.com/advisories/${id}` : `https://osv.dev/vulnerability/${id}`;
}

function merge(a: Advisory, b: Advisory): Advisory {
  const score = Math.max(a.score ?? 0, b.score ?? 0);
  const { lastAffected: _, ...base } = a;
  const lastAffected = a.lastAffected ?? b.lastAffected;
  const fixedVersions = a.fixedVersions.length > 0 ? a.fixedVersions : b.fixedVersions;
  return {
    ...base,
    aliases: [...new Set([...a.aliases, b.id, ...b.aliases])].filter((name) => name !== a.id).sort(),
    severity: worst([a.severity, b.severity]),
    ...(a.score === undefined && b.score === undefined ? {} : { score }),
    fixedVersions,
    ...(lastAffected === undefined || fixedVersions.length > 0 ? {} : { lastAffected }),
    isMalware: a.isMalware || b.isMalware,
    source: a.source === b.source ? a.source : `${a.source}, ${b.source}`,
  };
}

function byImportance(a: Advisory, b: Advisory): number {
  return Number(b.isMalware) - Number(a.isMalware) || compareSeverities(a.severity, b.severity) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
