// Written by `npm run generate`: do not edit.
import type { LockfileFormat } from '../model/lockfile-format.ts';
import { npm } from './npm.ts';
import { yarnClassic } from './yarn-classic.ts';

export const lockfileFormats: readonly LockfileFormat[] = [npm, yarnClassic];
