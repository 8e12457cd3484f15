import semver from 'semver';
import { type SearchAnswer, type SearchHit } from '../fleet/search.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { formatDate } from '../model/units.ts';
import { jsonText } from '../reporters/json-text.ts';
import { plural } from '../reporters/summary.ts';
import { openStore, storeOption, storePlace } from './audit-store.ts';
import type { Command } from './command.ts';

/** `lockgate audit search`: the question of the day of an incident. */
export const auditSearch: Command = {
  name: 'audit search',
  summary: 'Which repositories hold a package, and through which paths',
  usage: 'PACKAGE[@RANGE]',
  description: [
    'Looks into what the newest audit of each repository has read; nothing is fetched. RANGE is a version or a semver range, also several',
    'with "||"; pre-releases count where the range covers them. Says which repositories could not be read: for them it cannot speak.',
    'The exit code is 1 where somebody holds it, 3 where nobody does and not everybody could be asked, else 0.',
  ].join('\n'),
  maxPositionals: 1,
  options: {
    ...storeOption,
    format: { type: 'string', short: 'f', value: 'FORMAT', description: 'text or json' },
    all: { type: 'boolean', description: 'Show every copy instead of the first hundred' },
  },
  examples: [
    ['lockgate audit search left-pad', 'every version of it'],
    ["lockgate audit search '@acme/ui@>=2.0.0 <2.1.3'", 'a range; quoted for the shell'],
  ],
  run: async ({ positionals: [query], text, flag, environment }) => {
    if (query === undefined)
      throw new GateError('usage', 'search needs PACKAGE or PACKAGE@RANGE', { hint: 'lockgate audit search left-pad@1.3.0' });
    const format = text('format') ?? 'text';
    if (format !== 'text' && format !== 'json') throw new GateError('usage', 'search answers as text or json');
    const { name, isWanted } = parseQuery(query);
    const { store } = await openStore(storePlace(text('store'), environment), 'shared');
    try {
      const answer = await store.search(name, isWanted);
      const exitCode = answer.hits.length > 0 ? 1 : answer.unread.length > 0 || answer.repositories === 0 ? 3 : 0;
      return { exitCode, stdout: format === 'json' ? asJson(query, answer) : asText(query, answer, flag('all')) };
    } finally {
      await store.close();
    }
  },
};

/** Splits at the `@` behind the name; a scope begins with one of its own. Throws `GateError` `usage` for a range that is none. */
function parseQuery(query: string): { readonly name: string; readonly isWanted: (version: string) => boolean } {
  const at = query.indexOf('@', 1);
  const name = at === -1 ? query : query.slice(0, at);
  const written = at === -1 ? '' : query.slice(at + 1).trim();
  if (name === '') throw new GateError('usage', 'search needs the name of a package');
  if (written === '' || written === '*') return { name, isWanted: () => true };
  const range = written.length <= 1000 ? semver.validRange(written) : null;
  if (range === null)
    throw new GateError('usage', `${inertLine(JSON.stringify(written), 100)} is no version and no range`, {
      hint: "e.g. 1.3.0, '>=2 <2.1.3', '^4 || ^5'",
    });
  // A version that cannot be compared may be any: on such a day it is shown.
  return {
    name,
    isWanted: (version) => semver.valid(version) === null || semver.satisfies(version, range, { includePrerelease: true }),
  };
}

function asJson(query: string, { hits, repositories, unread }: SearchAnswer): string {
  return jsonText({
    query,
    repositories,
    holding: new Set(hits.map(({ repository }) => repository)).size,
    unread,
    hits: hits.map((hit) => ({ ...hit, readAt: new Date(hit.readAt).toISOString() })),
  });
}

const shownHits = 100;
const shownUnread = 10;

function asText(query: string, { hits, versions, repositories, unread }: SearchAnswer, isExpanded: boolean): string {
  const shown = isExpanded ? hits : hits.slice(0, shownHits);
  const holding = new Set(hits.map(({ repository }) => repository)).size;
  const lines = [
    ...shown.map(hitLine),
    ...(hits.length > shown.length ? [`... and ${hits.length - shown.length} more copies (--all shows each)`] : []),
    ...(hits.length > 0 ? [''] : []),
    ...(unread.length === 0
      ? []
      : [
          `not read in its newest audit, so that nobody can say: ${unread
            .slice(0, shownUnread)
            .map((name) => inertLine(name, 120))
            .join(', ')}${unread.length > shownUnread ? ` and ${unread.length - shownUnread} more` : ''}`,
        ]),
    `${inertLine(query, 200)}: ${holding} of ${repositories === 1 ? '1 repository' : `${repositories} repositories`}, ${plural(hits.length, 'installed copy').replace('copys', 'copies')}, ${plural(heldVersions(hits), 'version')} (${versions.length} known to the store)`,
  ];
  return `${lines.join('\n')}\n`;
}

function heldVersions(hits: readonly SearchHit[]): number {
  return new Set(hits.map(({ version }) => version)).size;
}

function hitLine({ repository, lockfile, version, scope, isDirect, path, readAt }: SearchHit): string {
  const way = path.map((step) => inertLine(step, 120)).join(' › ');
  return `${inertLine(repository, 120)}  ${inertLine(lockfile, 200)}  ${inertLine(version, 60)}  ${scope}${isDirect ? ', direct' : ''}  ${way}  (read ${formatDate(readAt)})`;
}
