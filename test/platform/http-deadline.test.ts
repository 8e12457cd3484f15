import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Deadline, createAttemptClock } from '../../src/platform/http-deadline.ts';
import { defaultTiming } from '../../src/platform/http-timing.ts';

const times = { ...defaultTiming, stallTimeout: 1_000, attemptTimeout: 10_000 };
const headersTimeout = 2_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** When an attempt had to end, in milliseconds from now, looked at every millisecond for so many of them. */
function endOf(deadline: Deadline, within: number, each: (at: number) => void = () => undefined): number | undefined {
  const ends: number[] = [];
  let at = 0;
  deadline.onPassed(() => ends.push(at));
  for (; at < within && ends.length === 0; at++) {
    each(at);
    vi.advanceTimersByTime(1);
  }
  return ends[0];
}

describe('the clock of the attempts of a client', () => {
  it('ends one that gets no headers, a little late and never early', () => {
    const deadline = createAttemptClock(headersTimeout, times).start(undefined);
    deadline.expectHeaders();
    const end = endOf(deadline, 5_000);
    expect(end).toBeGreaterThanOrEqual(1_999);
    expect(end).toBeLessThanOrEqual(2_100);
    expect(deadline.passed()).toBe('timeout');
  });

  it('ends one whose body drips, and not one whose body is slow', () => {
    const clock = createAttemptClock(headersTimeout, times);
    const dripping = clock.start(undefined);
    dripping.expectBody();
    const end = endOf(dripping, 5_000, (at) => {
      if (at % 100 === 0) dripping.received(100);
    });
    expect(end).toBeLessThanOrEqual(1_100);
    const slow = clock.start(undefined);
    slow.expectBody();
    expect(endOf(slow, 5_000, (at) => (at % 100 === 0 ? slow.received(200) : undefined))).toBeUndefined();
    expect(slow.passed()).toBeUndefined();
  });

  it('ends one that takes too long as a whole, however well it goes', () => {
    const deadline = createAttemptClock(headersTimeout, times).start(undefined);
    deadline.expectBody();
    const end = endOf(deadline, 12_000, () => deadline.received(1_000));
    expect(end).toBeGreaterThanOrEqual(9_999);
    expect(end).toBeLessThanOrEqual(10_100);
  });

  it('ends all attempts of a run with it, those that begin later, and no others', () => {
    const clock = createAttemptClock(headersTimeout, times);
    const [run, other] = [new AbortController(), new AbortController()];
    const [first, second, elsewhere] = [clock.start(run.signal), clock.start(run.signal), clock.start(other.signal)];
    const ended: string[] = [];
    first.onPassed(() => ended.push('first'));
    second.onPassed(() => ended.push('second'));
    elsewhere.onPassed(() => ended.push('elsewhere'));
    run.abort();
    expect(ended).toEqual(['first', 'second']);
    expect([first.passed(), elsewhere.passed()]).toEqual(['deadline', undefined]);
    const late = clock.start(run.signal);
    late.onPassed(() => ended.push('late'));
    expect([late.passed(), ended.at(-1)]).toEqual(['deadline', 'late']);
  });

  it('listens to a run once, and holds nothing when its attempts are over', () => {
    const clock = createAttemptClock(headersTimeout, times);
    const run = new AbortController();
    const attempts = Array.from({ length: 50 }, () => clock.start(run.signal));
    expect(getEventListeners(run.signal, 'abort')).toHaveLength(1);
    for (const attempt of attempts) attempt.stop();
    expect(getEventListeners(run.signal, 'abort')).toHaveLength(0);
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves one alone that was stopped', () => {
    const clock = createAttemptClock(headersTimeout, times);
    const run = new AbortController();
    const deadline = clock.start(run.signal);
    deadline.expectHeaders();
    deadline.stop();
    run.abort();
    expect(endOf(deadline, 12_000)).toBeUndefined();
    expect(deadline.passed()).toBeUndefined();
  });
});
