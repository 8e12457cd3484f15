import { effectOf, hitOf, uniteHits } from '../advisories/hit.ts';
import type { PackageAdvisory } from '../advisories/osv.ts';
import type { Advisory, AdvisoryDatabase } from '../model/advisory.ts';
import type { Observation } from '../model/evidence.ts';
import { formatDate, formatDuration, type Milliseconds } from '../model/units.ts';
import { type AdvisoryAnswers, type AdvisoryQuestions, eachVersion, importHint, unanswered } from './advisory-questions.ts';

/** What reports call the imported database. */
export const importedSource = 'imported-advisories';

type Open = Extract<AdvisoryDatabase, { state: 'open' }>;

/** A database that may be believed, or why there is none. `isAbsent`: nobody imported one, so nothing is wrong with it. */
export type Usable = { readonly database: Open } | { readonly why: string; readonly isAbsent: boolean };

/** Whether what was imported may be used: it is there, it is this user's own, and it is not older than the policy allows. */
export function usable(database: AdvisoryDatabase, staleAfter: number, now: Milliseconds): Usable {
  switch (database.state) {
    case 'absent':
      return { why: `no advisories are imported: ${importHint}`, isAbsent: true };
    case 'damaged':
      return { why: `${database.why}: ${importHint} again`, isAbsent: false };
    case 'open': {
      const age = now - database.dataOf;
      if (age < staleAfter) return { database };
      const limit = formatDuration(staleAfter);
      return {
        why: `the imported advisories are of ${formatDate(database.dataOf)}, older than the ${limit} that the policy allows: ${importHint} again`,
        isAbsent: false,
      };
    }
  }
}

/** Looks names up in an imported database; nothing is read but the records of these names. */
export function lookUpImported(questions: AdvisoryQuestions, database: Open): AdvisoryAnswers {
  const source = `imported on ${formatDate(database.importedAt)}`;
  const records = new Map([...questions.keys()].map((name) => [name, recordsOf(name, database)]));
  return new Map(
    eachVersion(questions).map(({ name, version }) => [`${name}@${version}`, judge(records.get(name), version, database, source)]),
  );
}

function recordsOf(name: string, database: Open): readonly PackageAdvisory[] | undefined {
  // The store has proven that each text is what the import wrote: a `PackageAdvisory` as JSON.
  return database.find(name)?.map((text): PackageAdvisory => JSON.parse(text));
}

function judge(
  records: readonly PackageAdvisory[] | undefined,
  version: string,
  { dataOf }: Open,
  source: string,
): Observation<readonly Advisory[]> {
  if (records === undefined) return unanswered('malformed', `the imported advisories are damaged: ${importHint} again`, importedSource);
  const unclear = records.find((record) => effectOf(record, version) === 'unknown');
  if (unclear !== undefined) return unanswered('malformed', `which versions ${unclear.id} hits cannot be read`, importedSource);
  const hits = records.filter((record) => effectOf(record, version) === 'affected').map((record) => hitOf(record, version, source));
  return { state: 'known', value: uniteHits(hits), observedAt: dataOf, source: importedSource };
}
