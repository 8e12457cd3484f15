import { configureGlobal } from 'fast-check';

/** `npm run test:full`: every property that names no number of runs is tried on this many times as many inputs. */
const factor = Number(process.env['LOCKGATE_TEST_FACTOR'] ?? '1');
export const isCampaign: boolean = factor > 1;

/** A number of runs for the default tier, raised in a campaign. */
export function runs(usual: number): number {
  return usual * factor;
}

// fast-check's own seed changes with every run of a campaign and is printed with a failure; the default tier repeats itself.
configureGlobal({ numRuns: runs(100), ...(isCampaign ? {} : { seed: 20_261_125 }) });
