import { readFileSync, statSync } from 'node:fs';
import { GateError } from '../model/gate-error.ts';

/**
 * The bytes of whatever a person names as an input, a pipe as well.
 * @param hint what to do instead where a file has more than `maxBytes`
 * @throws GateError `input-invalid` for a larger file, and for what cannot be read
 */
export function readNamedFile(path: string, maxBytes: number, hint: string): Buffer {
  try {
    const { size } = statSync(path);
    if (size > maxBytes) throw new GateError('input-invalid', `${path} has ${size} bytes; at most ${maxBytes} are read`, { hint });
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof GateError) throw cause;
    throw new GateError('input-invalid', `${path} cannot be read`, { cause });
  }
}
