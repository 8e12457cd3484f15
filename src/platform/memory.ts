/** What this process holds, in bytes. */
export interface HeldMemory {
  /** Everything, its buffers and its code included. */
  readonly resident: number;
  /** Values of the program, living ones and those that are not collected yet. */
  readonly heap: number;
}

/** Asks the system and the engine. */
export function heldMemory(): HeldMemory {
  const { rss, heapUsed } = process.memoryUsage();
  return { resident: rss, heap: heapUsed };
}
