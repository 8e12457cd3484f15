import { dirname, join, resolve } from 'node:path';
import { renderAuditJson } from '../fleet/audit-json.ts';
import { renderRepositorySarif, reportFileName } from '../fleet/audit-sarif.ts';
import type { LockfileRecord } from '../fleet/audit-record.ts';
import type { AuditSummary } from '../fleet/audit-summary.ts';
import { renderDigest } from '../fleet/digest.ts';
import type { FleetStore } from '../fleet/store.ts';
import { GateError } from '../model/gate-error.ts';
import { statPath, writeFileAtomic } from '../platform/files.ts';
import { codeOf, makeFolder, removeFile } from '../platform/folder.ts';
import { createOutputFile } from '../platform/output-file.ts';
import type { OptionSpec } from './command.ts';

const formats = ['sarif', 'markdown', 'json', 'ndjson'] as const;

export interface AuditReportFile {
  readonly format: (typeof formats)[number];
  /** A file; for SARIF a folder with a file for each repository. */
  readonly place: string;
}

export const auditReportOption: Readonly<Record<string, OptionSpec>> = {
  report: {
    type: 'string',
    value: 'FORMAT=PLACE',
    isRepeatable: true,
    description: 'Also write sarif=FOLDER (a file for each repository), markdown=FILE, json=FILE or ndjson=FILE (all that is stored)',
  },
};

/** Reads `--report`. Throws `GateError` `usage`; also for a file whose folder is not there, before a night's news are lost over it. */
export function parseAuditReports(given: readonly string[], cwd: string): readonly AuditReportFile[] {
  return given.map((text) => {
    const at = text.indexOf('=');
    const format = formats.find((known) => known === text.slice(0, at));
    if (format === undefined || at === text.length - 1)
      throw new GateError('usage', `--report needs FORMAT=PLACE, not ${JSON.stringify(text.slice(0, 100))}`, {
        hint: `formats: ${formats.join(', ')}`,
      });
    const place = text.slice(at + 1);
    if (format !== 'sarif' && statPath(dirname(resolve(cwd, place))) !== 'folder')
      throw new GateError('usage', `--report ${format} names a file in a folder that is not there`, { hint: 'make the folder first' });
    return { format, place };
  });
}

/** Writes the reports of a finished audit. Throws `GateError` `output-failed`. */
export async function writeAuditReports(
  reports: readonly AuditReportFile[],
  store: FleetStore,
  summary: AuditSummary,
  cwd: string,
): Promise<void> {
  for (const { format, place } of reports) {
    const target = resolve(cwd, place);
    switch (format) {
      case 'markdown':
        writeFileAtomic(target, renderDigest(summary));
        break;
      case 'json':
        writeFileAtomic(target, renderAuditJson(summary, await all(store.repositories(summary.audit.id))));
        break;
      case 'ndjson':
        await writeLines(target, store.export(summary.audit.id));
        break;
      case 'sarif':
        await writeSarif(target, store, summary);
        break;
    }
  }
}

/** A file for each repository that was read, one repository in memory at a time; an earlier audit's of another one would pass for today's. */
async function writeSarif(folder: string, store: FleetStore, { audit, vanished = [] }: AuditSummary): Promise<void> {
  const fileOf = (repository: string): string => join(folder, reportFileName(repository, 'sarif'));
  try {
    makeFolder(folder, false);
  } catch (cause) {
    throw new GateError('output-failed', `the folder for the reports cannot be made: ${codeOf(cause)}`, { cause });
  }
  for await (const { repository } of store.repositories(audit.id)) {
    const records: readonly LockfileRecord[] = await all(store.records(audit.id, repository));
    if (records.length > 0) writeFileAtomic(fileOf(repository), renderRepositorySarif(records, audit));
    else removeFile(fileOf(repository));
  }
  for (const repository of vanished) removeFile(fileOf(repository));
}

/** Writes lines that together may be larger than memory; answers their number. */
export async function writeLines(target: string, lines: AsyncIterable<string>): Promise<number> {
  const file = createOutputFile(target);
  let count = 0;
  try {
    for await (const line of lines) {
      file.write(`${line}\n`);
      count += 1;
    }
  } catch (error) {
    file.discard();
    throw error;
  }
  file.commit();
  return count;
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
