/** Bytes of memory that this process holds, its buffers included. */
export function residentBytes(): number {
  return process.memoryUsage.rss();
}
