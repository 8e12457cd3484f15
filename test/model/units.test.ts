import { anything, assert, double, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { days, daysToMilliseconds, formatDate, formatDuration, parseInstant } from '../../src/model/units.ts';

describe('an instant', () => {
  test.each([
    ['2026-11-25T00:00:00Z', Date.UTC(2026, 10, 25)],
    ['2026-11-25T00:00Z', Date.UTC(2026, 10, 25)],
    ['2026-11-25T01:30:00.123456789+01:30', Date.UTC(2026, 10, 25, 0, 0, 0, 123)],
  ])('%s is read', (text, value) => {
    expect(parseInstant(text)).toBe(value);
  });

  test.each([
    ['2026-11-25'],
    ['2026-11-25T00:00:00'],
    ['2026-13-01T00:00:00Z'],
    ['yesterday'],
    ['2026-11-25T00:00:00Z '],
    [''],
    [null],
    [0],
    [new Date(0)],
  ])('%j is none', (value) => {
    expect(parseInstant(value)).toBeUndefined();
  });

  test('is never NaN, whatever it is read from', () => {
    assert(
      property(anything(), (value) => {
        const instant = parseInstant(value);
        expect(instant === undefined || Number.isFinite(instant)).toBe(true);
      }),
    );
  });
});

describe('for a reader', () => {
  test('durations are said in their largest unit', () => {
    const day = daysToMilliseconds(days(1));
    expect([0, 59_999, 60_000, 7_200_000, day, 40 * day, 400 * day, 800 * day].map((value) => formatDuration(value))).toEqual([
      'less than a minute',
      'less than a minute',
      '1 minute',
      '2 hours',
      '1 day',
      '1 month',
      '1 year',
      '2 years',
    ]);
  });

  test('no number makes them throw or lie', () => {
    expect([-1, Number.NaN].map(formatDuration)).toEqual(['an unknown time', 'an unknown time']);
    expect([Number.NaN, Number.POSITIVE_INFINITY, 1e20].map(formatDate)).toEqual(Array.from({ length: 3 }, () => 'an unknown date'));
    assert(
      property(double(), (value) => {
        expect(formatDate(value)).toMatch(/^[+-]?\d{4,6}-\d\d-\d\d$|^[+-]?\d{6}-\d\d$|^[+-]?\d{6}-\d\d-$|^an unknown date$/);
        expect(formatDuration(value)).not.toMatch(/NaN/);
      }),
    );
  });
});
