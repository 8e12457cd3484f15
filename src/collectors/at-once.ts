/**
 * Works through items, at most `atOnce` of them at a time: whoever is done with one takes the next. Ends when all are done, or with
 * the first error.
 */
export async function forEachAtOnce<T>(items: Iterable<T>, atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  // The workers share one iterator.
  const open = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = open.next(); next.done !== true; next = open.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
