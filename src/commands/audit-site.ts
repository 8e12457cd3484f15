import { join, resolve } from 'node:path';
import { rules } from '../checks/rules.generated.ts';
import type { AuditRecord } from '../fleet/audit-record.ts';
import type { FleetStore } from '../fleet/store.ts';
import { summariseAudit } from '../fleet/summarise-audit.ts';
import { renderSite } from '../fleet-site/render-site.ts';
import { storedSource } from '../fleet-site/stored-source.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { formatDate } from '../model/units.ts';
import { writeSite } from '../platform/site-folder.ts';
import { planAudit } from './audit-plan.ts';
import { openStore, storeOption, storePlace } from './audit-store.ts';
import type { Command, Invocation } from './command.ts';

/** `lockgate audit site`: the last audit, and those before it, as pages. */
export const auditSite: Command = {
  name: 'audit site',
  summary: 'Write the last audit, and those before it, as pages to look at',
  usage: '[PATH...] -o DIR',
  description: [
    'Reads the store and judges nothing: the last finished audit of the named list or folders, or of the only ones that were ever audited.',
    'The pages need no server and ask nobody for anything: open DIR/index.html, or put DIR behind any web server. They name repositories,',
    'packages and what is wrong with them: keep them where only those look who may know it. DIR may hold other files; they stay.',
  ].join('\n'),
  maxPositionals: Infinity,
  options: {
    output: { type: 'string', short: 'o', value: 'DIR', description: 'The folder to write into; made if it is not there' },
    ...storeOption,
  },
  examples: [
    ['lockgate audit site -o site', 'the pages of the last audit'],
    ['lockgate audit site repos.yaml -o /srv/www/audits', 'where the store holds audits of several lists'],
  ],
  run: async (invocation) => {
    const { text, environment } = invocation;
    const output = text('output');
    if (output === undefined || output === '') throw new GateError('usage', 'where to? say -o DIR');
    const { store } = await openStore(storePlace(text('store'), environment), 'shared');
    try {
      const audit = await auditToShow(store, invocation);
      const source = await storedSource(store, await summariseAudit(store, audit), new Map(Object.entries(rules)));
      const { files, bytes, removed } = await writeSite(
        resolve(environment.cwd, output),
        renderSite(source),
        (written) => environment.onProgress(`${written} pages for ${audit.repositories} repositories`),
        environment.signal,
      );
      const gone = removed === 0 ? '' : `, ${removed} old ones taken away`;
      return {
        exitCode: 0,
        stdout: `the audit of ${formatDate(audit.startedAt)} in ${files} files, ${(bytes / 1e6).toFixed(1)} MB${gone}: ${join(output, 'index.html')}\n`,
      };
    } finally {
      await store.close();
    }
  },
};

/** The newest finished audit of what is named; without a name, of this folder's list, or of the only scope that there is. */
async function auditToShow(store: FleetStore, { positionals, environment }: Invocation): Promise<AuditRecord> {
  const audits = (await store.audits()).filter(({ finishedAt }) => finishedAt !== undefined);
  const scopes = [...new Set(audits.map(({ scope }) => scope))];
  const [only] = scopes;
  const scope = positionals.length === 0 && scopes.length === 1 ? only : planAudit(positionals, environment.cwd).scope;
  const audit = audits.find((one) => one.scope === scope);
  if (audit !== undefined) return audit;
  throw new GateError(
    'store',
    scopes.length === 0 ? 'the store holds no finished audit' : 'the store holds no finished audit of these repositories',
    {
      hint:
        scopes.length === 0
          ? 'run lockgate audit first'
          : `name the same list or folders as for the audit; there are audits of ${scopes
              .slice(0, 5)
              .map((one) => inertLine(one, 80))
              .join('; ')}`,
    },
  );
}
