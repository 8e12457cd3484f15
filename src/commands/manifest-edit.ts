/** A package manager as far as its overrides go. */
export type Manager = 'npm' | 'yarn' | 'pnpm' | 'bun';

/** A version that is to hold for every copy of a package. */
export interface Pin {
  readonly name: string;
  readonly version: string;
  /** The manifest asks for it itself: then its own range is changed, since npm refuses an override that contradicts it. */
  readonly isDirect: boolean;
}

type JsonObject = Record<string, unknown>;

/** Where each package manager keeps its overrides in `package.json`. pnpm 10 and later also read `pnpm-workspace.yaml`. */
const overridePaths: Readonly<Record<Manager, readonly string[]>> = {
  npm: ['overrides'],
  yarn: ['resolutions'],
  pnpm: ['pnpm', 'overrides'],
  bun: ['overrides'],
};

/** What to put into `package.json` so that these versions hold, as text to paste. */
export function overrideSnippet(manager: Manager, pins: readonly Pin[]): string {
  return JSON.stringify(withOverrides({}, manager, pins), null, 2);
}

/** The manifest with the pins in it: direct dependencies get the exact version, the others an override. Keeps the indentation. */
export function editManifest(text: string, manager: Manager, pins: readonly Pin[]): string {
  const manifest = JSON.parse(text) as JsonObject; // the lockfile's reader has read it before
  for (const { name, version } of pins.filter((pin) => pin.isDirect)) {
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies']) {
      const group = objectAt(manifest, kind);
      if (group !== undefined && Object.hasOwn(group, name)) group[name] = version;
    }
  }
  const edited = withOverrides(
    manifest,
    manager,
    pins.filter((pin) => !pin.isDirect),
  );
  const indentation = /^\{\r?\n([ \t]+)"/.exec(text)?.[1] ?? 2;
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  return JSON.stringify(edited, null, indentation).replaceAll('\n', lineBreak) + (text.endsWith('\n') ? lineBreak : '');
}

function withOverrides(manifest: JsonObject, manager: Manager, pins: readonly Pin[]): JsonObject {
  if (pins.length === 0) return manifest;
  const [first = '', second] = overridePaths[manager];
  const outer = objectAt(manifest, first) ?? {};
  const pinned = Object.fromEntries(pins.map(({ name, version }) => [name, version]));
  const inner = second === undefined ? { ...outer, ...pinned } : { ...outer, [second]: { ...objectAt(outer, second), ...pinned } };
  return { ...manifest, [first]: inner };
}

function objectAt(object: JsonObject, key: string): JsonObject | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined; // any JSON object
}

/** A unified diff with one hunk: from the first to the last line that differs. Empty for equal texts. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const [old, fresh] = [linesOf(before), linesOf(after)];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start++;
  let tail = 0;
  while (tail < old.length - start && tail < fresh.length - start && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  const from = Math.max(0, start - 3);
  const context = Math.min(tail, 3);
  const [oldEnd, freshEnd] = [old.length - tail, fresh.length - tail];
  const lines = [
    ...old.slice(from, start).map((line) => ` ${line}`),
    ...old.slice(start, oldEnd).map((line) => `-${line}`),
    ...fresh.slice(start, freshEnd).map((line) => `+${line}`),
    ...old.slice(oldEnd, oldEnd + context).map((line) => ` ${line}`),
  ];
  const [oldCount, freshCount] = [oldEnd - from + context, freshEnd - from + context];
  return `--- a/${path}\n+++ b/${path}\n@@ -${from + 1},${oldCount} +${from + 1},${freshCount} @@\n${lines.join('\n')}\n`;
}

/** Lines without their ends; a last one that has none says so in the way of diffs. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  return last === '' ? lines : [...lines, `${last}\n\\ No newline at end of file`];
}
