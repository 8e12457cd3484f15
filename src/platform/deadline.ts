/**
 * Runs work under one deadline, in milliseconds, that also ends when `outer` is aborted. The timer is held by this call:
 * the signals of `AbortSignal.timeout` and `AbortSignal.any` are held weakly by Node 20, and one that nobody else holds is
 * collected and never fires.
 */
export async function withDeadline<T>(
  limit: number,
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const follow = (): void => controller.abort(outer?.reason);
  const timer = setTimeout(() => controller.abort(new Error('the deadline has passed')), limit);
  if (outer?.aborted === true) follow();
  else outer?.addEventListener('abort', follow, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', follow);
  }
}
