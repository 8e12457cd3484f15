/**
 * What reading a registry's document throws. Values are parsed when they are wanted: a fault inside one shows then, and one that is
 * nested a million times deep shows when it is written.
 */
export function isUnreadable(error: unknown): boolean {
  return error instanceof SyntaxError || error instanceof RangeError;
}
