// Written by `npm run generate`: do not edit.
import type { LockfileFormat } from '../model/lockfile-format.ts';
import { bun } from './bun.ts';
import { npm } from './npm.ts';
import { pnpm } from './pnpm.ts';
import { yarnBerry } from './yarn-berry.ts';
import { yarnClassic } from './yarn-classic.ts';

export const lockfileFormats: readonly LockfileFormat[] = [bun, npm, pnpm, yarnBerry, yarnClassic];
