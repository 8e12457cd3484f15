import type { Location } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { hasControlCharacters } from './json-document.ts';

/** Longer than any file system accepts; bounds the work of walking up. */
const maxLength = 4096;
const maxSegments = 128;

/** Where a package stands: inside a `node_modules` folder under a name, or in a folder of its own. */
export type InstallPath =
  | { readonly kind: 'package'; readonly container: string; readonly name: string }
  | { readonly kind: 'folder'; readonly parent: string | undefined; readonly name: string };

/** The project itself, path `''`. */
export const projectFolder: InstallPath = { kind: 'folder', parent: undefined, name: '' };

/**
 * Takes the path of an npm lockfile's entry apart. Paths are relative to the lockfile, posix separators, and may
 * only start with `../` (npm writes that for a linked folder outside the project).
 * Throws GateError for an absolute path, a backslash, an empty, `.` or later `..` segment, or control characters.
 */
export function readInstallPath(path: string, location: Location): InstallPath {
  assertRelativePath(path, location);
  const slash = path.lastIndexOf('/node_modules/');
  if (slash !== -1 || path.startsWith('node_modules/')) {
    const name = path.slice(slash + 1 + 'node_modules/'.length);
    if (isPackageName(name)) return { kind: 'package', container: slash === -1 ? '' : path.slice(0, slash), name };
  }
  const [above, last] = splitLast(path);
  const [, scope] = splitLast(above);
  return { kind: 'folder', parent: parentFolder(path), name: scope.startsWith('@') ? `${scope}/${last}` : last };
}

/** The folder above, `''` for the project itself, undefined when that would be outside the project. */
export function parentFolder(path: string): string | undefined {
  const [above] = splitLast(path);
  return above === '..' || above.endsWith('/..') || path === '' ? undefined : above;
}

/** Whether it points outside the folder that it is relative to. */
export function leavesProject(path: string): boolean {
  return path === '..' || path.startsWith('../');
}

/** Refuses a path that npm would not write: see `readInstallPath`. */
export function assertRelativePath(path: string, location: Location): void {
  const problem = problemOf(path);
  if (problem === undefined) return;
  throw new GateError('lockfile-invalid', `the path ${JSON.stringify(path.slice(0, 200))} ${problem}`, {
    location,
    hint: 'no package manager writes such an entry: find out who changed the lockfile, then let npm write it again',
  });
}

/** Resolves a path that a manifest wrote and a lockfile repeats: `./x`, `a/../b` and `../x` are fine, the rest of `readInstallPath` holds. */
export function readRelativePath(path: string, location: Location): string {
  const resolved = joinPath('', path);
  // The project itself is the empty path; everything else is checked as npm would have written it.
  if (path.startsWith('/') || resolved !== '') assertRelativePath(path.startsWith('/') ? path : resolved, location);
  return resolved;
}

/** Whether it can be the name of an installed package: `name` or `@scope/name`, nothing that means something in a path. */
export function isPackageName(name: string): boolean {
  if (/^(?:@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/.test(name) && !name.endsWith('node_modules')) return true;
  const parts = name.split('/');
  if (parts.length > 2 || (parts.length === 2) !== name.startsWith('@')) return false;
  return parts.every((part) => part !== '' && part !== '@' && part !== '.' && part !== '..' && part !== 'node_modules') && isPlain(name);
}

/** Joins a folder and a relative path and resolves `.` and `..`; may start with `../`; `''` is the project itself. */
export function joinPath(folder: string, path: string): string {
  const segments: string[] = [];
  for (const segment of `${folder}/${path}`.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop();
    else segments.push(segment);
  }
  return segments.join('/');
}

function problemOf(path: string): string | undefined {
  if (path.length > maxLength) return `is longer than ${maxLength} characters`;
  if (isOrdinary(path)) return undefined;
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'is absolute';
  if (!isPlain(path)) return 'holds a backslash or a control character';
  const segments = path.split('/');
  if (segments.length > maxSegments) return `has more than ${maxSegments} segments`;
  const inside = segments.slice(segments.findIndex((segment) => segment !== '..'));
  if (inside.includes('..')) return "climbs with '..'";
  if (inside.includes('') || inside.includes('.')) return 'has an empty segment';
  return undefined;
}

/** The fast way for nearly every path: only letters, digits and marks that mean nothing, no segment of dots, not too many. */
function isOrdinary(path: string): boolean {
  return path.length < maxSegments && /^[\w@.~+/-]+$/.test(path) && !/(?:^|\/)\.{0,2}(?:\/|$)/.test(path);
}

function isPlain(text: string): boolean {
  return !text.includes('\\') && !hasControlCharacters(text);
}

function splitLast(path: string): readonly [above: string, last: string] {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? ['', path] : [path.slice(0, slash), path.slice(slash + 1)];
}
