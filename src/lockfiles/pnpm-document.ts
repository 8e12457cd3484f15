import { FAILSAFE_SCHEMA, loadAll, YAMLException, type State } from 'js-yaml';
import type { Location } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { hasControlCharacters } from './json-document.ts';
import { findKeyLines, type KeyLines } from './pnpm-lines.ts';

/** YAML as pnpm's files use it: every scalar is a text (`5.10` is not `5.1`, a commit of digits is no number). */
export type YamlValue = string | null | readonly YamlValue[] | YamlMap;
export interface YamlMap {
  readonly [key: string]: YamlValue;
}

/** A `pnpm-lock.yaml`. */
export interface PnpmDocument {
  readonly file: string;
  /** The last document: the lockfile proper. */
  readonly lockfile: YamlMap;
  /** The document before it, which pins the package manager and configuration dependencies (pnpm 11 and later). */
  readonly environment: YamlMap | undefined;
  /** The line of a key in a section of the lockfile; the section's line, or 1, where it cannot be told. */
  readonly locationOf: (section: string, key?: string) => Location;
}

/** pnpm writes one document or two. */
const maxDocuments = 2;
/** The deepest place that pnpm writes is a target of a runtime's variants, at level 7. */
const maxDepth = 32;

/**
 * Reads the YAML of a pnpm lockfile of unknown origin. Refused with `lockfile-invalid` and the line: what is not YAML,
 * a key twice in one map, anchors, aliases and tags (pnpm writes none, and aliases can make a small file huge), conflict
 * markers, control characters in keys, nesting deeper than 32.
 * Read maps with `field`, `mapField`, `textField` and `entriesOf` only: they have the ordinary prototype.
 */
export function readPnpmDocument(text: string, file: string): PnpmDocument {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  assertNoConflict(body, file);
  const documents = load(body, file);
  const lockfile = documents.at(-1);
  if (documents.length > maxDocuments) {
    throw invalidPnpmLockfile({ file, line: 1 }, `it holds ${documents.length} YAML documents, and pnpm writes at most two`);
  }
  if (!isYamlMap(lockfile)) throw invalidPnpmLockfile({ file, line: 1 }, 'it is not a map of keys');
  const environment = documents.length > 1 ? documents[0] : undefined;
  let lines: KeyLines | undefined;
  return {
    file,
    lockfile,
    environment: isYamlMap(environment) ? environment : undefined,
    locationOf: (section, key) => {
      lines ??= findKeyLines(body);
      const found = lines.get(section);
      return { file, line: (key === undefined ? undefined : found?.keys.get(key)) ?? found?.line ?? 1 };
    },
  };
}

/** Reads another of pnpm's YAML files, `pnpm-workspace.yaml`, which a person writes: one document, same refusals. */
export function readPnpmYaml(text: string, file: string): YamlMap | undefined {
  const [document] = load(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, file, { isHandWritten: true });
  return isYamlMap(document) ? document : undefined;
}

/** A map, and no list, text or null. */
export function isYamlMap(value: YamlValue | undefined): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map's own value; undefined for what is inherited (`constructor`) and for what is no map. */
export function field(value: YamlValue | undefined, key: string): YamlValue | undefined {
  return isYamlMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A map's own text, or undefined. */
export function textField(value: YamlValue | undefined, key: string): string | undefined {
  const found = field(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** The entries of a map below a key; none where there is no map. */
export function entriesOf(value: YamlValue | undefined, key: string): readonly [string, YamlValue][] {
  const found = field(value, key);
  return isYamlMap(found) ? Object.entries(found) : [];
}

/** The texts of a list below a key; a lone text counts as a list of one. */
export function textsOf(value: YamlValue | undefined, key: string): readonly string[] {
  const found = field(value, key);
  if (typeof found === 'string') return [found];
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === 'string') : [];
}

/** The error for a lockfile that pnpm would not have written. */
export function invalidPnpmLockfile(location: Location, problem: string, hint?: string): GateError {
  return new GateError('lockfile-invalid', `${location.file} cannot be read: ${problem}`, {
    location,
    hint: hint ?? 'restore the file, or let pnpm write it again: pnpm install --lockfile-only',
  });
}

function load(text: string, file: string, { isHandWritten = false } = {}): readonly (YamlValue | undefined)[] {
  const listener = (_event: string, state: State): void => {
    if (isHandWritten || !isMarked(state)) return;
    const hint = 'pnpm writes none: find out who changed the lockfile, then let pnpm write it again';
    throw invalidPnpmLockfile({ file, line: state.line + 1 }, 'it holds a YAML anchor or tag', hint);
  };
  try {
    // FAILSAFE yields texts, lists and maps alone; an empty value is null or, for a whole document, undefined.
    const documents = loadAll(text, null, { schema: FAILSAFE_SCHEMA, listener, maxDepth } as Parameters<typeof loadAll>[2]);
    // js-yaml refuses raw control characters but for these; an escape can make any.
    if (/[\\\t\u0085]/.test(text)) assertPlainKeys(documents as (YamlValue | undefined)[], file);
    return documents as (YamlValue | undefined)[];
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = typeof error.mark?.line === 'number' ? error.mark.line + 1 : 1;
    throw new GateError('lockfile-invalid', `${file} cannot be read: ${error.reason}`, {
      location: { file, line },
      hint: 'restore the file, or let pnpm write it again: pnpm install --lockfile-only',
      cause: error,
    });
  }
}

/** Whether the node that was just read has an anchor or a tag; js-yaml keeps both on its state, which its types do not tell. */
function isMarked(state: State & { readonly anchor?: unknown; readonly tag?: unknown }): boolean {
  return (
    (typeof state.anchor === 'string' && state.anchor !== '') || (typeof state.tag === 'string' && state.tag !== '?' && state.tag !== '!')
  );
}

function assertPlainKeys(documents: readonly (YamlValue | undefined)[], file: string): void {
  const open: (YamlValue | undefined)[] = [...documents];
  const seen = new Set<YamlValue>();
  for (let value = open.pop(); value !== undefined || open.length > 0; value = open.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const key of Object.keys(value)) {
      if (!hasControlCharacters(key)) continue;
      throw invalidPnpmLockfile({ file, line: 1 }, `the key ${JSON.stringify(key.slice(0, 200))} holds a control character`);
    }
    for (const inner of Object.values<YamlValue>(value)) open.push(inner);
  }
}

function assertNoConflict(text: string, file: string): void {
  const marker = /^<{7} /m.exec(text);
  if (marker === null) return;
  throw new GateError('lockfile-invalid', `${file} holds a merge conflict that was not resolved`, {
    location: { file, line: text.slice(0, marker.index).split('\n').length, column: 1 },
    hint: 'resolve package.json first, then run pnpm install: pnpm merges both sides of its lockfile itself',
  });
}
