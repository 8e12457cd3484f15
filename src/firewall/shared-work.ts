/** Gives everybody who asks for the same thing at the same time the same answer. */
export function createSharedWork<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key, work) => {
    const known = running.get(key);
    if (known !== undefined) return known;
    const fresh = work().finally(() => running.delete(key));
    running.set(key, fresh);
    return fresh;
  };
}
