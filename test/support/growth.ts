/**
 * How much more an item costs among many than among few: 1 where the work is linear, about `many / few` where it is quadratic.
 * CPU time of this process, the least of several tries, so that a busy machine and a collection of garbage do not decide.
 * @param prepare makes the input for a number of items, outside of what is measured
 */
export async function growthPerItem<T>(
  prepare: (items: number) => T,
  work: (input: T) => unknown,
  { few, many }: { readonly few: number; readonly many: number },
): Promise<number> {
  const costs: number[] = [];
  for (const items of [few, many]) {
    const input = prepare(items);
    await work(input);
    let least = Infinity;
    for (let round = 0; round < 2; round++) {
      const startedAt = process.cpuUsage();
      await work(input);
      const { user, system } = process.cpuUsage(startedAt);
      least = Math.min(least, user + system);
    }
    costs.push(least / items);
  }
  const [small = Number.NaN, large = Number.NaN] = costs;
  return large / small;
}
