import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { codeOf } from './folder.ts';

/** There is no folder below a file: what is looked for there is not there, and nothing can be written. */
const nowhere = join(process.execPath, 'no-home');

/**
 * This user's home: `HOME`, else what the system's list of users says. Where both have nothing, a path at which nothing can be.
 * An empty or relative `HOME` is nobody's home: files of the project under review would become the user's own settings and key.
 */
export function homeFolder(): string {
  for (const ask of [homedir, () => userInfo().homedir]) {
    const place = placeOf(ask);
    if (place !== undefined && isAbsolute(place)) return place;
  }
  return nowhere;
}

/** A base folder: the one that a variable names, if it is absolute (the XDG specification has relative ones ignored), else below the home. */
export function baseFolder(named: string | undefined, home: string, ...below: readonly string[]): string {
  if (named !== undefined && isAbsolute(named)) return named;
  return join(isAbsolute(home) ? home : nowhere, ...below);
}

/** The system does not know a user that only has a number, as in many containers. */
function placeOf(ask: () => string): string | undefined {
  try {
    return ask();
  } catch (error) {
    if (codeOf(error) === 'ERR_SYSTEM_ERROR') return undefined;
    throw error;
  }
}
