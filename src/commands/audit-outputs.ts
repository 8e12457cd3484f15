import { resolve } from 'node:path';
import type { AuditSummary } from '../fleet/audit-summary.ts';
import { renderIssueBody } from '../fleet/digest.ts';
import { type FeedTime, renderMetrics, tallyAudit } from '../fleet/metrics.ts';
import { pause } from '../fleet/pause.ts';
import type { FleetStore } from '../fleet/store.ts';
import { type WebhookOutcome, createWebhook } from '../fleet/webhook.ts';
import type { HttpClient } from '../model/http.ts';
import { advisoryFolders, advisoryStatus, dataOf } from '../platform/advisory-store.ts';
import { systemClock } from '../platform/clock.ts';
import { writeFileAtomic } from '../platform/files.ts';
import { createHttpClient } from '../platform/http.ts';
import { loadNpmConfiguration } from '../platform/npmrc.ts';
import { readTrustText } from '../platform/trust-store.ts';
import { homeFolder } from '../platform/home.ts';
import { readTrustData } from '../provenance/shipped-trust.ts';
import type { Invocation, OptionSpec } from './command.ts';

/** Whom a finished audit tells, beside its reader. */
export const auditOutputOptions: Readonly<Record<string, OptionSpec>> = {
  webhook: { type: 'string', value: 'URL', description: 'Tell this address what is new; signed with LOCKGATE_WEBHOOK_SECRET' },
  metrics: { type: 'string', value: 'FILE', description: "Write Prometheus metrics, e.g. into the textfile collector's folder" },
  'issue-body': { type: 'string', value: 'FILE', description: 'Write the body of an issue; empty where nothing is new' },
};

export interface AuditOutputs {
  /**
   * Writes and sends everything that was asked for. Answers notices for stderr: a webhook that nobody takes is one, and decides nothing.
   * Throws `GateError` for a file that cannot be written.
   */
  readonly write: (store: FleetStore, summary: AuditSummary) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Reads the options before an audit begins, so that a wrong one costs no night. Throws `GateError` `usage`. */
export async function prepareAuditOutputs({ text, environment }: Invocation): Promise<AuditOutputs> {
  const { cwd, variables, signal } = environment;
  const [url, metrics, issueBody] = [text('webhook'), text('metrics'), text('issue-body')];
  const http = url === undefined ? undefined : await openWebhookClient(variables);
  const webhook =
    url === undefined || http === undefined
      ? undefined
      : createWebhook({ url, secret: variables['LOCKGATE_WEBHOOK_SECRET'], http, clock: systemClock, sleep: pause, signal });
  return {
    write: async (store, summary) => {
      if (issueBody !== undefined) writeFileAtomic(resolve(cwd, issueBody), renderIssueBody(summary));
      const outcome = await webhook?.deliver(summary, store.deliveries);
      if (metrics !== undefined) {
        const tally = await tallyAudit(store, summary.audit.id);
        const isWebhookDelivered = outcome === undefined ? {} : { isWebhookDelivered: outcome.type !== 'failed' };
        writeFileAtomic(resolve(cwd, metrics), renderMetrics({ summary, tally, feeds: feedTimes(variables), ...isWebhookDelivered }));
      }
      return noticesOf(outcome);
    },
    close: async () => http?.close(),
  };
}

/** Proxy and authorities as npm is configured, and none of its credentials: a webhook is no registry. */
async function openWebhookClient(variables: Readonly<Record<string, string | undefined>>): Promise<HttpClient> {
  const { connection } = await loadNpmConfiguration({ env: variables });
  return createHttpClient({ ...connection, authorizationFor: () => undefined, clientCertificateFor: () => undefined });
}

function noticesOf(outcome: WebhookOutcome | undefined): readonly string[] {
  return outcome?.type === 'failed' ? [`the webhook was not delivered: ${outcome.detail}; the verdict stays what it is`] : [];
}

/** When the feeds on this machine were last brought up to date; one that is not there has no time. */
function feedTimes(variables: Readonly<Record<string, string | undefined>>): readonly FeedTime[] {
  const advisories = advisoryStatus(advisoryFolders(variables, homeFolder()));
  return [
    ...('summary' in advisories ? [{ feed: 'advisories', updatedAt: dataOf(advisories.summary) }] : []),
    { feed: 'trust', updatedAt: readTrustData(readTrustText(variables)).date },
  ];
}
