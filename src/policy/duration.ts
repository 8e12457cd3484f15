import { type Milliseconds, milliseconds } from '../model/units.ts';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Reads `90m`, `24h`, `7d`, `2w`; undefined for anything else, a bare number included: a unit is never guessed. */
export function parseDuration(text: string): Milliseconds | undefined {
  const match = /^(\d{1,6})(m|h|d|w)$/.exec(text);
  const unit = units[match?.[2] ?? ''];
  return match === null || unit === undefined ? undefined : milliseconds(Number(match[1]) * unit);
}
