import { jobsOf, priorities } from '../fleet/audit-jobs.ts';
import { refuseSecrets, saveSetup } from '../fleet/audit-setup.ts';
import { heldVersions } from '../fleet/held-versions.ts';
import { openPgBossQueue } from '../fleet/pg-boss-queue.ts';
import { createFleetStore } from '../fleet/store.ts';
import { GateError } from '../model/gate-error.ts';
import { openPostgresql } from '../platform/postgresql.ts';
import { planAudit } from './audit-plan.ts';
import { readAuditSetup, setupOptions } from './audit-settings.ts';
import { storeOption } from './audit-store.ts';
import { beginAudit } from './begin-audit.ts';
import type { Command } from './command.ts';
import { sharedStoreUrl } from './shared-store.ts';

/** `lockgate audit enqueue`: begins an audit in PostgreSQL and leaves its work to the workers. */
export const auditEnqueue: Command = {
  name: 'audit enqueue',
  summary: 'Begin an audit in PostgreSQL, and leave its work to the workers',
  usage: '[PATH...]',
  description: [
    'PATH is as for lockgate audit. Puts a job for every repository into the store, for lockgate audit worker to do; where the list has an',
    '.npmrc of its own, jobs before them bring up to date what is known of every version that the repositories held the last time. May be',
    'run again at any time: what is enqueued or done already is not enqueued twice, and an audit that was begun in the last day goes on.',
    'The workers finish the audit; what is new then, lockgate audit site and lockgate audit search tell.',
  ].join('\n'),
  maxPositionals: Infinity,
  options: {
    ...storeOption,
    priority: {
      type: 'string',
      value: 'WHAT',
      description: `Who waits for it: ${Object.keys(priorities).join(', ')}; each goes before the ones after it; nightly by default`,
    },
    fresh: { type: 'boolean', description: 'Begin anew instead of going on with an interrupted audit' },
    ...setupOptions,
  },
  examples: [
    ['lockgate audit enqueue repos.yaml', 'every night, from cron; the store comes from LOCKGATE_STORE'],
    ['lockgate audit enqueue repos.yaml --priority incident --fresh', 'on the day of an incident, before everything else'],
  ],
  run: async (invocation) => {
    const { environment, positionals, text, flag } = invocation;
    const urgency = text('priority') ?? 'nightly';
    if (!isUrgency(urgency)) {
      throw new GateError('usage', `--priority knows no ${JSON.stringify(urgency.slice(0, 50))}`, {
        hint: `one of: ${Object.keys(priorities).join(', ')}`,
      });
    }
    const plan = planAudit(positionals, environment.cwd);
    const setup = readAuditSetup(invocation, plan);
    refuseSecrets(setup);
    const database = await openPostgresql(sharedStoreUrl(invocation));
    try {
      const store = await createFleetStore(database);
      const { audit, open } = await beginAudit(store, { plan, setup, isFresh: flag('fresh') });
      await saveSetup(database, audit.id, setup);
      // Without a registry configuration that holds for all, nobody knows here which registry may be asked about which package.
      const versions = setup.npmrc === undefined ? [] : await heldVersions(database, plan.scope);
      const queue = await openPgBossQueue(database);
      try {
        const jobs = jobsOf(audit.id, open, { urgency, versions });
        const added = await queue.enqueue(jobs);
        const counts = `${open.length} of ${audit.repositories} repositories to judge, ${versions.length} versions to refresh`;
        return { exitCode: 0, stdout: `audit ${audit.id}: ${counts}; ${added} of ${jobs.length} jobs are new\n` };
      } finally {
        await queue.close();
      }
    } finally {
      await database.close();
    }
  },
};

function isUrgency(text: string): text is keyof typeof priorities {
  return Object.hasOwn(priorities, text);
}
