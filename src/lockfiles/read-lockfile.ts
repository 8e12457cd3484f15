import { GateError } from '../model/gate-error.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LockfileFormat, LockfileInput } from '../model/lockfile-format.ts';

/** The largest lockfile that is read, in UTF-16 code units: some thirty times the largest that we have met. */
export const maxLockfileLength: number = 64 * 1024 * 1024;

/** The names of all lockfiles that the formats read, the one that wins first. */
export function lockfileNames(formats: readonly LockfileFormat[]): readonly string[] {
  return [...new Set(formats.flatMap(({ fileNames }) => fileNames))];
}

/**
 * Reads a lockfile with the format that its name and text call for. Throws GateError and nothing else for what it
 * refuses: `lockfile-too-large`, `lockfile-unsupported` (unknown name, or bun's binary file), `lockfile-invalid`.
 */
export function readLockfileText(formats: readonly LockfileFormat[], input: LockfileInput): Inventory {
  const name = input.path.slice(input.path.lastIndexOf('/') + 1);
  if (name === 'bun.lockb') throw binaryLockfile(input.path);
  const format = formatFor(formats, name, input);
  if (!(input.text.length <= maxLockfileLength)) throw tooLarge(input);
  if (isJson(name)) assertNoConflict(input);
  return format.read(input);
}

function formatFor(formats: readonly LockfileFormat[], name: string, { path, text }: LockfileInput): LockfileFormat {
  const candidates = formats.filter(({ fileNames }) => fileNames.includes(name));
  // A name that only one format uses needs no guess: its reader says best what is wrong with the text.
  const format = candidates.length === 1 ? candidates[0] : candidates.find(({ recognises }) => recognises(text));
  if (format !== undefined) return format;
  const isKnownName = candidates.length > 0;
  throw new GateError(isKnownName ? 'lockfile-invalid' : 'lockfile-unsupported', `${path} is not a lockfile that can be read`, {
    location: { file: path, line: 1 },
    hint: isKnownName ? 'let the package manager write it again' : `known lockfiles: ${lockfileNames(formats).join(', ')}`,
  });
}

function isJson(name: string): boolean {
  return name.endsWith('.json') || name === 'bun.lock';
}

/** No line of JSON can start with a conflict marker, so nothing that is valid is refused here. */
function assertNoConflict({ path, text }: LockfileInput): void {
  const marker = /^(?:<{7}|>{7}|\|{7}|={7})/m.exec(text);
  if (marker === null) return;
  const line = text.slice(0, marker.index).split('\n').length;
  throw new GateError('lockfile-invalid', `${path} holds a merge conflict that was not resolved`, {
    location: { file: path, line, column: 1 },
    hint: 'resolve package.json first, then let the package manager merge the lockfile: npm install --package-lock-only',
  });
}

function binaryLockfile(path: string): GateError {
  return new GateError('lockfile-unsupported', `${path} is binary and cannot be reviewed`, {
    location: { file: path, line: 1 },
    hint: 'convert it to bun.lock: bun install --save-text-lockfile --frozen-lockfile --lockfile-only',
  });
}

function tooLarge({ path, text }: LockfileInput): GateError {
  const size = `${Math.ceil(text.length / 1024 / 1024)} MiB`;
  return new GateError('lockfile-too-large', `${path} is ${size} long; at most ${maxLockfileLength / 1024 / 1024} MiB are read`, {
    location: { file: path, line: 1 },
    hint: 'no project needs a lockfile of this size: find out what is in it',
  });
}
