import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export type Encoding = 'br' | 'gzip' | 'identity';

const pack = { br: promisify(brotliCompress), gzip: promisify(gzip) };

/** The best encoding that an Accept-Encoding header allows (RFC 9110, 12.5.3); what it does not name is not sent. */
export function encodingFor(accepted: string | undefined): Encoding {
  const wanted = new Set(
    (accepted ?? '')
      .toLowerCase()
      .split(',')
      .slice(0, 20)
      .map((part) => part.split(';').map((piece) => piece.trim()))
      .filter(([, quality]) => quality === undefined || !/^q=0(?:\.0{1,3})?$/.test(quality))
      .map(([name]) => name),
  );
  return wanted.has('br') ? 'br' : wanted.has('gzip') ? 'gzip' : 'identity';
}

/** Quick settings: a document is packed once for each of its views, and read by a machine beside it. */
export async function encode(body: Buffer, encoding: Encoding): Promise<Buffer> {
  switch (encoding) {
    case 'br':
      return pack.br(body, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
      });
    case 'gzip':
      return pack.gzip(body, { level: 3 });
    case 'identity':
      return body;
  }
}
