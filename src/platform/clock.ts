import type { Milliseconds } from '../model/units.ts';
import { milliseconds } from '../model/units.ts';

/** The wall clock, read once for each run. */
export function systemClock(): Milliseconds {
  return milliseconds(Date.now());
}
