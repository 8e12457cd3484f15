import type { LockfileFormat } from '../model/lockfile-format.ts';
import { bun } from './bun.ts';
import { npm } from './npm.ts';
import { pnpm } from './pnpm.ts';
import { yarnBerry } from './yarn-berry.ts';
import { yarnClassic } from './yarn-classic.ts';

/** Every lockfile format that Lockgate reads, in the order in which their files win. */
export const lockfileFormats: readonly LockfileFormat[] = [npm, yarnClassic, yarnBerry, pnpm, bun];
