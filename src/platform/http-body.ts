import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { freeBuffer } from './free-buffer.ts';

/** Unpacks a body by its Content-Encoding, never to more than `maxBytes` (a small body can unpack to gigabytes). */
export function decodeBody(body: Buffer, encoding: string | undefined, maxBytes: number): Buffer | 'too-large' | 'malformed' {
  const decode = decoderFor(encoding?.trim().toLowerCase() ?? 'identity');
  if (decode === undefined) return 'malformed';
  if (body.length === 0 || decode === 'identity') return body.length > maxBytes ? 'too-large' : body;
  try {
    return decode(body, maxBytes);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    return error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'malformed';
  }
}

/** Unpacks a body in the same way, works with it, and gives the memory of what was unpacked back at once. */
export function withDecodedBody<T>(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
  work: (plain: Buffer) => T,
): T | 'too-large' | 'malformed' {
  const plain = decodeBody(body, encoding, maxBytes);
  if (typeof plain === 'string') return plain;
  try {
    return work(plain);
  } finally {
    if (plain !== body) freeBuffer(plain);
  }
}

function decoderFor(encoding: string): ((body: Buffer, maxOutputLength: number) => Buffer) | 'identity' | undefined {
  switch (encoding) {
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return (body, maxOutputLength) => gunzipSync(body, { maxOutputLength, chunkSize: outputHint(body, maxOutputLength) });
    case 'br':
      return (body, maxOutputLength) => brotliDecompressSync(body, { maxOutputLength });
    case 'deflate':
      return (body, maxOutputLength) => inflateSync(body, { maxOutputLength });
    default:
      return undefined;
  }
}

/**
 * gzip's last four bytes name the unpacked length (RFC 1952, 2.3.1): one chunk of that size is unpacked without being copied.
 * Not to be trusted: deflate cannot shrink to less than a thousandth, and memory that is not written to costs nothing.
 */
function outputHint(body: Buffer, maxOutputLength: number): number {
  const announced = body.length >= 18 ? body.readUInt32LE(body.length - 4) : 0;
  return Math.max(1024, Math.min(announced + 1, body.length * 1_032, maxOutputLength));
}
