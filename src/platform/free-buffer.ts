/** Below this many bytes a transfer costs more than it gives. */
const worthwhile = 32 * 1024;
/** More room than a body needs is not its own: others may live there. */
const mostSlack = 64;

/**
 * Gives the memory of a large buffer back at once; it is empty afterwards. A document is of no use milliseconds after it came, but the
 * garbage collector, who goes by objects, comes by after a hundred megabytes of them. Memory that is moved away belongs to the
 * receiver of the message, and there is none.
 */
export function freeBuffer({ buffer, byteLength }: Buffer): void {
  if (byteLength < worthwhile || buffer.byteLength > byteLength + mostSlack || !(buffer instanceof ArrayBuffer)) return;
  structuredClone(undefined, { transfer: [buffer] });
}
