import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readCron } from '../../src/fleet/cron.ts';
import { type Schedule, followSchedule } from '../../src/fleet/schedule.ts';
import { type Milliseconds, milliseconds } from '../../src/model/units.ts';

const hour = 3_600_000;

describe('a schedule', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-11-25T12:10:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs at each moment that is due', async () => {
    const { begun, end } = await follow({});
    await vi.advanceTimersByTimeAsync(3 * hour);
    expect(begun).toEqual(['13:00:00', '14:00:00', '15:00:00']);
    await end();
  });

  it('begins within the jitter after a moment', async () => {
    const { begun, end } = await follow({ jitter: milliseconds(600_000), random: () => 0.5 });
    await vi.advanceTimersByTimeAsync(2 * hour);
    expect(begun).toEqual(['13:05:00', '14:05:00']);
    await end();
  });

  it('makes up once, at the start, for runs that were missed', async () => {
    const { begun, events, end } = await follow({ last: async () => finished('2026-11-25T09:00:00Z') });
    await vi.advanceTimersByTimeAsync(hour);
    expect(begun).toEqual(['12:10:00', '13:00:00']);
    expect(events[0]).toContain('2026-11-25T12:00:00Z was missed');
    await end();
  });

  it('makes up for nothing when the last run was begun after it was due, or there never was one', async () => {
    const done = await follow({ last: async () => finished('2026-11-25T12:00:30Z') });
    const fresh = await follow({ last: async () => undefined });
    await vi.advanceTimersByTimeAsync(600_000);
    expect([...done.begun, ...fresh.begun]).toEqual([]);
    await Promise.all([done.end(), fresh.end()]);
  });

  it('goes on, at the start, with a run that was cut off', async () => {
    const { begun, end } = await follow({ last: async () => ({ ...finished('2026-11-25T12:00:30Z'), isFinished: false }) });
    await vi.advanceTimersByTimeAsync(600_000);
    expect(begun).toEqual(['12:10:00']);
    await end();
  });

  it('leaves a run to the host that has begun it', async () => {
    const { begun, events, end } = await follow({
      last: async () => (Date.now() > Date.parse('2026-11-25T12:30:00Z') ? finished('2026-11-25T13:00:00Z') : undefined),
    });
    await vi.advanceTimersByTimeAsync(2 * hour);
    expect(begun).toEqual(['14:00:00']);
    expect(events).toContain('the run of 2026-11-25T13:00:00Z was begun by another host');
    await end();
  });

  it('never begins a run while another is under way, and says which one it leaves out', async () => {
    const { begun, events, end } = await follow({ takes: 1.5 * hour });
    await vi.advanceTimersByTimeAsync(4.5 * hour);
    expect(begun).toEqual(['13:00:00', '15:00:00']);
    expect(events.some((line) => line.includes('2026-11-25T14:00:00Z is left out'))).toBe(true);
    await end();
  });

  it('goes on after a run that failed', async () => {
    const { begun, events, end } = await follow({ fails: true });
    await vi.advanceTimersByTimeAsync(2 * hour);
    expect(begun).toEqual(['13:00:00', '14:00:00']);
    expect(events).toContain('the run failed: the disk is full');
    await end();
  });

  it('ends at once when it is told to stop between two runs', async () => {
    const { begun, end } = await follow({});
    await end();
    await vi.advanceTimersByTimeAsync(2 * hour);
    expect(begun).toEqual([]);
  });

  it('notices that the machine has slept through a moment', async () => {
    const { begun, end } = await follow({});
    await vi.advanceTimersByTimeAsync(1_000);
    vi.setSystemTime(Date.parse('2026-11-25T20:30:00Z'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(begun).toEqual(['20:30:59']);
    await end();
  });
});

function finished(begun: string): { readonly begun: Milliseconds; readonly isFinished: true } {
  return { begun: milliseconds(Date.parse(begun)), isFinished: true };
}

/** An hourly schedule whose runs take some milliseconds. */
async function follow(over: Partial<Schedule> & { readonly takes?: number; readonly fails?: boolean }): Promise<{
  readonly begun: string[];
  readonly events: string[];
  readonly end: () => Promise<void>;
}> {
  const begun: string[] = [];
  const events: string[] = [];
  const stop = new AbortController();
  const following = followSchedule({
    times: await readCron('@hourly', 'UTC'),
    clock: () => milliseconds(Date.now()),
    jitter: milliseconds(0),
    random: () => 0,
    last: async () => undefined,
    run: async () => {
      begun.push(new Date().toISOString().slice(11, 19));
      if (over.fails === true) throw new Error('the disk is full');
      if (over.takes !== undefined) await new Promise((done) => setTimeout(done, over.takes));
    },
    onEvent: (line) => events.push(line),
    signal: stop.signal,
    ...over,
  });
  return {
    begun,
    events,
    end: async () => {
      stop.abort();
      await vi.advanceTimersByTimeAsync(2 * hour);
      await following;
    },
  };
}
