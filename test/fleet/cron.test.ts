import { describe, expect, it } from 'vitest';
import { readCron } from '../../src/fleet/cron.ts';
import { milliseconds } from '../../src/model/units.ts';

const at = (text: string) => milliseconds(Date.parse(text));

describe('a cron expression', () => {
  it('names moments in its time zone', async () => {
    const times = await readCron('0 3 * * *', 'Europe/Berlin');
    expect(times.after(at('2026-11-25T12:00:00Z'))).toBe(at('2026-11-26T02:00:00Z'));
    expect(times.before(at('2026-11-25T12:00:00Z'))).toBe(at('2026-11-25T02:00:00Z'));
    expect(times.after(at('2026-07-01T12:00:00Z'))).toBe(at('2026-07-02T01:00:00Z'));
  });

  it('happens once on the day whose hour is missing, and once on the day that has it twice', async () => {
    const times = await readCron('30 2 * * *', 'Europe/Berlin');
    expect(times.after(at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
    expect(times.after(at('2026-03-29T01:00:00Z'))).toBe(at('2026-03-30T00:30:00Z'));
    expect(times.after(at('2026-10-24T12:00:00Z'))).toBe(at('2026-10-25T00:30:00Z'));
    expect(times.after(at('2026-10-25T00:30:00Z'))).toBe(at('2026-10-26T01:30:00Z'));
  });

  it('may be a nickname', async () => {
    expect((await readCron('@hourly', 'UTC')).after(at('2026-11-25T12:34:56Z'))).toBe(at('2026-11-25T13:00:00Z'));
  });

  it.each([
    '',
    '* * * *',
    '* * * * * *',
    '61 * * * *',
    '@reboot',
    '2026-01-01T00:00:00',
    '0 3 31 2 *',
    'a b c d e',
    `* * * * ${'9,'.repeat(5000)}`,
  ])('is refused: %j', async (expression) => {
    await expect(readCron(expression, 'UTC')).rejects.toMatchObject({ code: 'usage' });
  });

  it('is refused in a time zone that is none', async () => {
    await expect(readCron('@daily', 'Mars/Olympus')).rejects.toMatchObject({ code: 'usage' });
  });
});
