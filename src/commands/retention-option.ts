import type { Retention } from '../fleet/retention.ts';
import { GateError } from '../model/gate-error.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';

/** Reads `--keep`: a number of audits, or a number of days such as `90d`. Throws `GateError` `usage` for anything else. */
export function retentionOf(text: string, now: Milliseconds): Retention {
  const [, digits = '', unit] = /^(\d{1,6})(d?)$/.exec(text) ?? [];
  const count = Number(digits);
  if (digits === '' || !(count >= 1))
    throw new GateError('usage', `--keep needs a number of audits, or of days, not ${JSON.stringify(text.slice(0, 50))}`, {
      hint: '--keep 30 keeps thirty audits, --keep 90d those of ninety days',
    });
  return unit === 'd' ? { since: milliseconds(now - count * 86_400_000) } : { newest: count };
}
