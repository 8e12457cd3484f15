import * as v from 'valibot';

/**
 * Canonical base64 (RFC 4648, section 4) of at most `maxBytes` bytes: padding in place, no stray characters, no loose bits.
 * Node's decoder skips whatever it does not know, so one text could mean two things to two readers.
 */
export function base64Text(maxBytes: number): v.GenericSchema<unknown, string> {
  return v.pipe(
    v.string(),
    v.maxLength(Math.ceil(maxBytes / 3) * 4),
    v.check((text) => decodeBase64(text) !== undefined, 'not canonical base64'),
  );
}

/** The bytes of a canonical base64 text; undefined for any other. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
