/** Remembers values up to a number of bytes; what was not asked for the longest goes first. */
export interface HeldBytes<T> {
  readonly get: (key: string) => T | undefined;
  readonly put: (key: string, value: T, bytes: number) => void;
  readonly delete: (key: string) => void;
  readonly bytes: () => number;
}

/** Beside its bytes each value costs its key and its place in the map. */
const overhead = 512;

/** A value larger than an eighth of the whole is not kept: it would push out everything else. */
export function createHeldBytes<T>(maxBytes: number): HeldBytes<T> {
  const held = new Map<string, { readonly value: T; readonly bytes: number }>();
  let total = 0;
  const forget = (key: string): void => {
    total -= held.get(key)?.bytes ?? 0;
    held.delete(key);
  };
  return {
    get: (key) => {
      const found = held.get(key);
      if (found === undefined) return undefined;
      held.delete(key);
      held.set(key, found);
      return found.value;
    },
    put: (key, value, bytes) => {
      forget(key);
      if (bytes > maxBytes / 8) return;
      held.set(key, { value, bytes: bytes + overhead });
      total += bytes + overhead;
      for (const oldest of held.keys()) {
        if (total <= maxBytes) break;
        forget(oldest);
      }
    },
    delete: forget,
    bytes: () => total,
  };
}
