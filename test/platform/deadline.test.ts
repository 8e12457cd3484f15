import { describe, expect, it } from 'vitest';
import { withDeadline } from '../../src/platform/deadline.ts';

const untilAborted = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(String(signal.reason))));

describe('a deadline', () => {
  it('fires by itself, also after garbage was collected', async () => {
    const collect = setInterval(() => Array.from({ length: 200_000 }, (_, index) => ({ index })), 1);
    expect(await withDeadline(100, undefined, untilAborted)).toMatch(/deadline has passed/);
    clearInterval(collect);
  });

  it('ends with the signal outside it, even one that was aborted before', async () => {
    const outer = new AbortController();
    setTimeout(() => outer.abort(new Error('interrupted')), 10);
    expect(await withDeadline(60_000, outer.signal, untilAborted)).toMatch(/interrupted/);
    const late = await withDeadline(60_000, outer.signal, (signal) => Promise.resolve(signal.aborted));
    expect(late).toBe(true);
  });

  it('answers what the work answers, and leaves no timer behind', async () => {
    expect(await withDeadline(60_000, undefined, () => Promise.resolve('done'))).toBe('done');
    await expect(withDeadline(60_000, undefined, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
