import { isRecord, parseRecord } from '../model/json.ts';

/** What `hooks install` did to a project, so that `hooks remove` takes out exactly that. Kept as `.lockgate/hooks.json`. */
export interface HookRecord {
  readonly client: string;
  readonly clientVersion: string;
  /** Files of the hooks' own. */
  readonly files: readonly string[];
  readonly edits: readonly RecordedEdit[];
}

export interface RecordedEdit {
  readonly path: string;
  /** Exactly what was put in. */
  readonly inserted: string;
  /** The file was not there before. */
  readonly isNew: boolean;
}

export const recordPath = '.lockgate/hooks.json';

/** The text of the file at `recordPath`. */
export function formatHookRecord(record: HookRecord): string {
  return `${JSON.stringify({ version: 1, ...record }, undefined, 2)}\n`;
}

/** Undefined for what is no record: it stands in a repository, so anybody may have written it. Paths that lead out of the project make it none. */
export function parseHookRecord(text: string): HookRecord | undefined {
  const { version, client, clientVersion, files, edits } = parseRecord(text) ?? {};
  if (version !== 1 || typeof client !== 'string' || typeof clientVersion !== 'string' || !Array.isArray(files) || !Array.isArray(edits))
    return undefined;
  const parsed = edits.map(parseEdit);
  if (!files.every(isOwnPath) || parsed.includes(undefined)) return undefined;
  return { client, clientVersion, files, edits: parsed.filter((edit) => edit !== undefined) };
}

function parseEdit(value: unknown): RecordedEdit | undefined {
  const { path, inserted, isNew } = isRecord(value) ? value : {};
  if (typeof inserted !== 'string' || inserted === '' || typeof isNew !== 'boolean') return undefined;
  return typeof path === 'string' && ['package.json', '.npmrc', '.yarnrc.yml', 'bunfig.toml'].includes(path)
    ? { path, inserted, isNew }
    : undefined;
}

/** Nothing else is ever deleted. */
function isOwnPath(path: unknown): path is string {
  return typeof path === 'string' && (/^\.lockgate\/[a-z-]{1,40}(?:\.[a-z]{1,4})?$/.test(path) || path === '.pnpmfile.cjs');
}
