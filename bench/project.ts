import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from './goal.ts';
import type { MeasuredCommand } from './measure.ts';

/** `node -e 0`: what every ratio of start-up is of. */
export const bareNode: MeasuredCommand = { name: 'node -e 0', argv: [process.execPath, '-e', '0'] };

export interface CheckOptions {
  readonly name: string;
  /** The project's folder. */
  readonly project: string;
  readonly registry: string;
  /** The user's home, where the cache is. */
  readonly home: string;
  /** `cold`: an empty home for every run. A path: a copy of that home for every run. Absent: the home as the run before left it. */
  readonly startsFrom?: 'cold' | { readonly copyOf: string };
}

/** `lockgate check` of a project, with a home of its own. A verdict is expected, whichever it is. */
export function check(world: World, { name, project, registry, home, startsFrom }: CheckOptions): MeasuredCommand {
  return {
    name,
    argv: [process.execPath, world.lockgate, 'check', project],
    env: homeOf(home, registry),
    expectedStatus: [0, 1, 3],
    prepare: () => {
      if (startsFrom !== undefined) rmSync(home, { recursive: true, force: true });
      if (typeof startsFrom === 'object') cpSync(startsFrom.copyOf, home, { recursive: true });
      mkdirSync(home, { recursive: true });
    },
  };
}

/** Variables that keep a program's caches and settings in a folder of ours. */
export function homeOf(home: string, registry: string): Readonly<Record<string, string>> {
  const inHome = (name: string): string => join(home, name);
  return {
    HOME: home,
    XDG_CACHE_HOME: inHome('.cache'),
    XDG_CONFIG_HOME: inHome('.config'),
    XDG_DATA_HOME: inHome('.data'),
    XDG_STATE_HOME: inHome('.state'),
    npm_config_registry: `${registry}/`,
    npm_config_cache: inHome('.npm'),
    NO_COLOR: '1',
  };
}
