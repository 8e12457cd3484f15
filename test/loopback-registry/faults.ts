import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { createGzip, gzipSync } from 'node:zlib';

/** What goes wrong for a path. `path` is matched against the decoded path, e.g. `/left-pad` or `/@acme/ui`. */
export type Fault = { readonly path: string | RegExp; /** How many answers it spoils; all by default. */ readonly times?: number } & (
  | { readonly type: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly type: 'delay'; readonly milliseconds: number }
  /** Accepts the question and never answers. */
  | { readonly type: 'hang' }
  /** Sends headers, then a byte at a time, without end: a slow loris. */
  | { readonly type: 'drip'; readonly milliseconds: number }
  /** Ends the connection after half of the body. */
  | { readonly type: 'truncate' }
  /** A small gzip body that unpacks to this many bytes. */
  | { readonly type: 'gzip-bomb'; readonly bytes: number }
  /** A body of this many bytes that does not shrink. */
  | { readonly type: 'oversize'; readonly bytes: number }
  | { readonly type: 'redirect'; readonly to: string; readonly status?: number }
  /** This body, with status 200. */
  | { readonly type: 'body'; readonly body: string | Buffer; readonly headers?: Readonly<Record<string, string>> }
  /** Says 304 to whatever is asked. */
  | { readonly type: 'not-modified' }
  /** The same ETag for every representation and version of the document. */
  | { readonly type: 'etag'; readonly etag: string }
  /** Changes the document before it is sent, e.g. takes out `time`. */
  | { readonly type: 'change'; readonly change: (document: Readonly<Record<string, unknown>>) => unknown }
);

/** Answers in the fault's way. False for faults that only change an ordinary answer. */
export function spoil(fault: Fault, response: ServerResponse): boolean {
  switch (fault.type) {
    case 'status':
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end('{"error":"fault"}');
      return true;
    case 'hang':
      return true;
    case 'drip':
      drip(response, fault.milliseconds);
      return true;
    case 'truncate':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"name":"half');
      setTimeout(() => response.destroy(), 20);
      return true;
    case 'gzip-bomb':
      bomb(response, fault.bytes);
      return true;
    case 'oversize':
      response.writeHead(200, { 'content-type': 'application/json' }).end(randomBytes(fault.bytes));
      return true;
    case 'redirect':
      response.writeHead(fault.status ?? 302, { location: fault.to }).end();
      return true;
    case 'body':
      response.writeHead(200, { 'content-type': 'application/json', ...fault.headers }).end(fault.body);
      return true;
    case 'not-modified':
      response.writeHead(304).end();
      return true;
    case 'delay':
    case 'etag':
    case 'change':
      return false;
  }
}

function drip(response: ServerResponse, milliseconds: number): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), milliseconds);
  response.on('close', () => clearInterval(timer));
}

function bomb(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
  if (bytes <= 16 * 1024 * 1024) {
    response.end(gzipSync(Buffer.alloc(bytes, ' ')));
    return;
  }
  const gzip = createGzip({ level: 9 });
  gzip.pipe(response);
  const block = Buffer.alloc(1024 * 1024, ' ');
  let left = bytes;
  const pump = (): void => {
    while (left > 0) {
      left -= block.length;
      if (!gzip.write(block)) {
        gzip.once('drain', pump);
        return;
      }
    }
    gzip.end();
  };
  response.on('close', () => gzip.destroy());
  pump();
}
