import { inertLine } from '../model/inert.ts';
import { formatDate } from '../model/units.ts';
import { jsonText } from '../reporters/json-text.ts';
import type { AuditRecord } from '../fleet/audit-record.ts';
import { repositoryStates } from '../fleet/audit-summary.ts';
import type { AuditTotals } from '../fleet/trends.ts';
import { GateError } from '../model/gate-error.ts';
import { openStore, storeOption, storePlace } from './audit-store.ts';
import type { Command } from './command.ts';

/** `lockgate audit history`: the audits that are stored, and what they came to. */
export const auditHistory: Command = {
  name: 'audit history',
  summary: 'List the audits that are stored, with what they came to',
  usage: '',
  description: 'Newest first. An audit that was interrupted or still runs has no numbers.',
  maxPositionals: 0,
  options: { ...storeOption, format: { type: 'string', short: 'f', value: 'FORMAT', description: 'text or json' } },
  examples: [['lockgate audit history', 'all of them']],
  run: async ({ text, environment }) => {
    const format = text('format') ?? 'text';
    if (format !== 'text' && format !== 'json') throw new GateError('usage', 'history answers as text or json');
    const { store } = await openStore(storePlace(text('store'), environment), 'shared');
    try {
      const audits = await store.audits();
      const totals = new Map<number, AuditTotals>();
      for (const scope of new Set(audits.map((audit) => audit.scope)))
        for (const one of await store.totals(scope)) totals.set(one.audit.id, one);
      const stdout = format === 'json' ? asJson(audits, totals) : audits.map((audit) => line(audit, totals.get(audit.id))).join('');
      return { exitCode: 0, stdout: stdout === '' ? 'no audits are stored\n' : stdout };
    } finally {
      await store.close();
    }
  },
};

function asJson(audits: readonly AuditRecord[], totals: ReadonlyMap<number, AuditTotals>): string {
  return jsonText(
    audits.map((audit) => {
      const total = totals.get(audit.id);
      return {
        ...audit,
        startedAt: new Date(audit.startedAt).toISOString(),
        finishedAt: audit.finishedAt === undefined ? null : new Date(audit.finishedAt).toISOString(),
        ...(total === undefined ? {} : { states: total.states, counts: total.counts, lockfiles: total.lockfiles }),
      };
    }),
  );
}

function line({ id, startedAt, finishedAt, scope, repositories }: AuditRecord, totals: AuditTotals | undefined): string {
  const states =
    totals === undefined
      ? []
      : repositoryStates.filter((state) => totals.states[state] > 0).map((state) => `${totals.states[state]} ${state}`);
  const what = finishedAt === undefined ? 'not finished' : `${states.join(', ')}; ${totals?.counts.errors ?? 0} errors`;
  return `${id}  ${formatDate(startedAt)}  ${inertLine(scope, 100)}  ${repositories === 1 ? '1 repository' : `${repositories} repositories`}: ${what}\n`;
}
