import { type FailOn, auditExitCode } from '../fleet/audit-decision.ts';
import { jobsOf } from '../fleet/audit-jobs.ts';
import { renderAuditJson } from '../fleet/audit-json.ts';
import { hasNews } from '../fleet/audit-news.ts';
import type { AuditRecord, AuditedRepository } from '../fleet/audit-record.ts';
import { type AuditSetup, readSetup, refuseSecrets, saveSetup } from '../fleet/audit-setup.ts';
import type { AuditSummary } from '../fleet/audit-summary.ts';
import { renderAuditText } from '../fleet/audit-text.ts';
import { renderDigest } from '../fleet/digest.ts';
import type { JobQueue } from '../fleet/job-queue.ts';
import { openPgBossQueue } from '../fleet/pg-boss-queue.ts';
import type { RequestPace } from '../fleet/request-pace.ts';
import { openSqlQueue } from '../fleet/sql-queue.ts';
import type { FleetStore } from '../fleet/store.ts';
import { summariseAudit } from '../fleet/summarise-audit.ts';
import { workOnAudits } from '../fleet/work-on-audits.ts';
import type { Database } from '../model/database.ts';
import { GateError } from '../model/gate-error.ts';
import { systemClock } from '../platform/clock.ts';
import { expectLongRun } from '../platform/engine-settings.ts';
import { type PostgresqlDatabase, isPostgresqlUrl } from '../platform/postgresql.ts';
import { auditOutputOptions, prepareAuditOutputs } from './audit-outputs.ts';
import { type AuditPlan, planAudit } from './audit-plan.ts';
import { auditReportOption, parseAuditReports, writeAuditReports } from './audit-reports.ts';
import { readAuditSetup, setupOptions } from './audit-settings.ts';
import { type OpenStore, openStore, rebuildStore, storeOption, storePlace } from './audit-store.ts';
import { workFor } from './audit-worker.ts';
import { beginAudit } from './begin-audit.ts';
import type { Command, CommandResult, Environment, Invocation } from './command.ts';
import { paceOf, rateOption } from './rate-option.ts';
import { retentionOf } from './retention-option.ts';
import { countOption } from './shared-store.ts';

const formats = ['text', 'json', 'markdown'] as const;
type Format = (typeof formats)[number];

/** `lockgate audit`: judges many repositories, remembers it, and says what is new since the last time. */
export const audit: Command = {
  name: 'audit',
  summary: 'Judge many repositories, and say what is new since the last time',
  usage: '[PATH...]',
  description: [
    'PATH is a list of repositories (repos.yaml), or folders: working trees, bare repositories, projects. Without one the list of this',
    'folder is taken, else the folder itself. Every lockfile in them is judged as a whole, by the policy of its own repository and by the',
    'floor of the list, whatever is stricter. What came of it is stored and compared with the last finished audit of the same repositories.',
    'An audit that was interrupted goes on where it was within a day. The exit code is that of check; a repository that cannot be read',
    'never passes.',
  ].join('\n'),
  maxPositionals: Infinity,
  options: {
    format: { type: 'string', short: 'f', value: 'FORMAT', description: `Output format: ${formats.join(', ')}` },
    ...auditReportOption,
    'fail-on': {
      type: 'string',
      value: 'WHAT',
      description: 'any: whatever is wrong fails (default); new: only what is worse than the last time',
    },
    ...storeOption,
    keep: { type: 'string', value: 'N|DAYS', description: 'How many audits stay, or for how long, e.g. 90d; 400 by default' },
    concurrency: { type: 'string', value: 'N', description: 'Repositories at once; 4 by default' },
    'rebuild-store': { type: 'boolean', description: 'Put a damaged store aside and begin a new one' },
    fresh: { type: 'boolean', description: 'Begin anew instead of going on with an interrupted audit' },
    ...setupOptions,
    ...rateOption,
    ...auditOutputOptions,
    all: { type: 'boolean', description: 'Show everything instead of the beginnings of long lists' },
    quiet: { type: 'boolean', short: 'q', description: 'Print nothing when nothing is new and the exit code is 0' },
    'no-color': { type: 'boolean', description: 'No colours; NO_COLOR does the same' },
  },
  examples: [
    ['lockgate audit', 'the repositories of repos.yaml, or this folder'],
    ['lockgate audit ../shop ../web', 'two working trees'],
    ['lockgate audit repos.yaml --fail-on new --report sarif=reports', 'every night: fail on news alone, a SARIF file for each repository'],
  ],
  run: async (invocation) => {
    expectLongRun();
    const { environment, text, flag } = invocation;
    const request = readAuditRequest(invocation);
    const outputs = await prepareAuditOutputs(invocation);
    try {
      const place = storePlace(text('store'), environment);
      const opened = flag('rebuild-store')
        ? await rebuildStore(place, environment.now, environment.onEvent)
        : await openStore(place, 'exclusive');
      try {
        const pace = paceOf(invocation, opened.database);
        const finished = await perform(opened, isPostgresqlUrl(place), { ...request, pace }, environment);
        if ('left' in finished) return interrupted(finished.audit, finished.left);
        const summary = await summariseAudit(opened.store, finished.audit);
        await writeAuditReports(request.reports, opened.store, summary, environment.cwd);
        const notices = await outputs.write(opened.store, summary);
        // At the end: the audit that this one was compared with may be one of those that go.
        await opened.store.prune(request.retention);
        return await answer(summary, opened.store, request, invocation, notices);
      } finally {
        await opened.store.close();
      }
    } finally {
      await outputs.close();
    }
  },
};

export interface AuditRequest {
  readonly plan: AuditPlan;
  readonly format: Format;
  readonly failOn: FailOn;
  readonly retention: ReturnType<typeof retentionOf>;
  readonly reports: ReturnType<typeof parseAuditReports>;
  readonly concurrency: number;
  readonly setup: AuditSetup;
  readonly isFresh: boolean;
}

/** Everything that was asked, proven before anything is begun. */
export function readAuditRequest(invocation: Invocation): AuditRequest {
  const { positionals, text, texts, flag, environment } = invocation;
  const plan = planAudit(positionals, environment.cwd);
  return {
    plan,
    format: oneOf('format', text('format') ?? 'text', formats),
    failOn: oneOf('fail-on', text('fail-on') ?? 'any', ['any', 'new'] as const),
    retention: retentionOf(text('keep') ?? '400', environment.now),
    reports: parseAuditReports(texts('report'), environment.cwd),
    concurrency: countOption(invocation, 'concurrency', { least: 1, most: 64 }) ?? 4,
    isFresh: flag('fresh'),
    setup: readAuditSetup(invocation, plan),
  };
}

function oneOf<const T extends string>(option: string, given: string, known: readonly T[]): T {
  const found = known.find((word) => word === given);
  if (found !== undefined) return found;
  throw new GateError('usage', `--${option} knows no ${JSON.stringify(given.slice(0, 50))}`, { hint: `one of: ${known.join(', ')}` });
}

/** Begins an audit or goes on with one, and does all of its work that nobody else does. */
async function perform(
  { database, store }: OpenStore,
  isShared: boolean,
  { plan, setup, concurrency, isFresh, pace }: AuditRequest & { readonly pace: RequestPace | undefined },
  { variables, signal, onProgress, onEvent }: Environment,
): Promise<{ readonly audit: AuditRecord } | { readonly audit: AuditRecord; readonly left: number }> {
  if (isShared) refuseSecrets(setup);
  const { audit: current, open, isContinued } = await beginAudit(store, { plan, setup, isFresh });
  // Others can help only where they can learn how it is judged.
  if (isShared) await saveSetup(database, current.id, setup);
  if (isContinued)
    onEvent(`going on with audit ${current.id}: ${current.repositories - open.length} of ${current.repositories} repositories are done`);
  const queue = await openQueue(database);
  const onStop = (): void => onEvent('stopping: the repositories that have begun are finished; press Ctrl-C again to stop at once');
  signal.addEventListener('abort', onStop, { once: true });
  try {
    await queue.enqueue(jobsOf(current.id, open, { urgency: 'manual' }));
    await workOnAudits(
      {
        queue,
        store: watched(store, current, open.length, onProgress),
        open: async (id) => {
          // An audit that is continued is judged as it was begun, by everybody.
          const how = isShared ? await readSetup(database, id) : id === current.id ? setup : undefined;
          return how === undefined ? undefined : workFor(how, variables, pace);
        },
        clock: systemClock,
        // That this one is finished is what the command says when it ends.
        onEvent: (line) => (line === `audit ${current.id} is finished` ? undefined : onEvent(line)),
      },
      { concurrency, signal, isDraining: true, audit: current.id },
    );
  } finally {
    signal.removeEventListener('abort', onStop);
    await queue.close();
  }
  const missing = (await store.open(current.id)).length;
  if (missing > 0) return { audit: current, left: missing };
  return { audit: (await store.audit(current.id)) ?? current };
}

/** One host is done with a repository after two attempts; many give each other time. */
function openQueue(database: PostgresqlDatabase | Database): Promise<JobQueue> {
  return 'native' in database
    ? openPgBossQueue(database)
    : openSqlQueue(database, systemClock, { attempts: 2, backOff: 1, poll: 50, isAlone: true });
}

/** The same store, which tells how far the audit is. */
function watched(store: FleetStore, { id, repositories }: AuditRecord, open: number, onProgress: (line: string) => void): FleetStore {
  let done = repositories - open;
  return {
    ...store,
    put: async (audit, result) => {
      await store.put(audit, result);
      if (audit !== id) return;
      done += 1;
      onProgress(`${done} of ${repositories} repositories: ${result.repository}`);
    },
  };
}

function interrupted({ id, repositories }: AuditRecord, left: number): CommandResult {
  return {
    exitCode: 2,
    stderr: `error: interrupted; nothing was decided\n   = help: ${repositories - left} of ${repositories} repositories of audit ${id} are done and kept: the same command goes on with the others\n`,
  };
}

async function answer(
  summary: AuditSummary,
  store: FleetStore,
  { format, failOn }: AuditRequest,
  { flag, environment }: Invocation,
  notices: readonly string[],
): Promise<CommandResult> {
  const exitCode = auditExitCode(summary, failOn);
  const stderr = notices.map((notice) => `note: ${notice}\n`).join('');
  const isSilent = flag('quiet') && exitCode === 0 && !hasNews(summary);
  if (isSilent) return { exitCode, stderr };
  const options = { isColoured: environment.isColoured && !flag('no-color'), isExpanded: flag('all') };
  const stdout =
    format === 'text'
      ? renderAuditText(summary, options)
      : format === 'markdown'
        ? renderDigest(summary)
        : renderAuditJson(summary, await collected(store.repositories(summary.audit.id)));
  return { exitCode, stdout, stderr };
}

async function collected(repositories: AsyncIterable<AuditedRepository>): Promise<readonly AuditedRepository[]> {
  const list: AuditedRepository[] = [];
  for await (const repository of repositories) list.push(repository);
  return list;
}
