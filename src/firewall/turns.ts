/** Lets so many pieces of work run at once; the others wait in the order in which they came. */
export interface Turns {
  readonly take: <T>(work: () => Promise<T>) => Promise<T>;
  readonly waiting: () => number;
}

/** Nobody at work, nobody waiting. */
export function createTurns(atOnce: number): Turns {
  const queue: (() => void)[] = [];
  let running = 0;
  return {
    take: async (work) => {
      if (running >= atOnce) await new Promise<void>((resolve) => queue.push(resolve));
      else running += 1;
      try {
        return await work();
      } finally {
        const next = queue.shift();
        if (next === undefined) running -= 1;
        // The place is handed on, never free in between.
        else next();
      }
    },
    waiting: () => queue.length,
  };
}
