import { encodePopularity } from '../../src/names/popularity-format.ts';
import { openPopularityTable, type PopularityTable } from '../../src/names/popularity-table.ts';

/** A table of a few packages with downloads a month. */
export function tableOf(downloads: Readonly<Record<string, number>>): PopularityTable {
  return openPopularityTable(encodePopularity(Object.entries(downloads).map(([name, count]) => ({ name, downloads: count }))));
}
