import type { ServerAnswer, ServerRequest } from '../platform/server.ts';
import type { Access } from './access.ts';
import { documentAnswer, refusal, trouble, uncached } from './answers.ts';
import { encodingFor } from './encoding.ts';
import type { Packuments, WantedView } from './packuments.ts';
import type { Questions } from './questions.ts';
import { type Route, routeOf } from './route.ts';
import type { Tarballs } from './tarballs.ts';

export interface AnsweringOptions {
  readonly packuments: Packuments;
  readonly tarballs: Tarballs;
  readonly questions: Questions;
  readonly publicUrl: string | undefined;
  /** The text of the metrics, with these gauges in it. */
  readonly metrics: (gauges: Readonly<Record<string, number>>) => string;
}

/** Answers requests: who may ask, what is asked, and who in here knows. */
export type Answering = (request: ServerRequest, mayEnter: Access) => Promise<ServerAnswer>;

/** Never throws for what a client sends. */
export function createAnswering(options: AnsweringOptions): Answering {
  let inFlight = 0;
  return async (request, mayEnter) => {
    inFlight += 1;
    try {
      if (isAmbiguous(request)) return trouble(400, 'a request has one length', { connection: 'close' });
      const route = routeOf(request.method, targetOf(request));
      return mayEnter(request, route.type === 'health') ?? (await answer(route, request, options, inFlight));
    } finally {
      inFlight -= 1;
    }
  };
}

/**
 * A client that was also told to use this registry as its proxy names it in full (RFC 9112, 3.2.2). Whether the host is this one is
 * asked before anything is answered; a target that names another than the request does goes on as it is, and is refused.
 */
function targetOf({ target, headers }: ServerRequest): string {
  const own = `http://${headers.get('host') ?? ''}`;
  return target.startsWith(`${own}/`) ? target.slice(own.length) : target;
}

/** The parser refuses both already; whoever stands in front of this server may read them differently. */
function isAmbiguous({ headers }: ServerRequest): boolean {
  return (headers.has('transfer-encoding') && headers.has('content-length')) || /,/.test(headers.get('content-length') ?? '');
}

async function answer(route: Route, request: ServerRequest, options: AnsweringOptions, inFlight: number): Promise<ServerAnswer> {
  const { packuments, tarballs, questions } = options;
  switch (route.type) {
    case 'packument':
      return packuments.document(route.name, viewOf(request, options));
    case 'manifest':
      return packuments.manifest(route.name, route.selector, viewOf(request, options));
    case 'dist-tags':
      return packuments.tags(route.name);
    case 'tarball':
      return tarballs.tarball(route.name, route.version, request.headers.get('if-none-match'));
    case 'keys':
    case 'attestations':
    case 'advisories':
      return questions.answer(route, request);
    case 'ping':
      return documentAnswer({});
    case 'whoami':
      // The registry would name the account whose credentials are kept here: that is not who asks.
      return documentAnswer({ username: 'lockgate' });
    case 'health':
      return documentAnswer({ status: 'ok' });
    case 'metrics':
      return {
        status: 200,
        headers: { ...uncached, 'content-type': 'text/plain; version=0.0.4' },
        body: Buffer.from(options.metrics({ requests_in_flight: inFlight })),
      };
    case 'refused':
      return refusal(route.why);
    case 'malformed':
      return trouble(400, route.why);
    case 'unknown':
      return trouble(404, 'this registry has nothing at that address');
  }
}

function viewOf({ headers }: ServerRequest, { publicUrl }: AnsweringOptions): WantedView {
  const isAbbreviated = (headers.get('accept') ?? '').includes('application/vnd.npm.install-v1+json');
  return {
    form: isAbbreviated ? 'abbreviated' : 'full',
    encoding: encodingFor(headers.get('accept-encoding')),
    origin: publicUrl ?? `http://${hostOf(headers.get('host'))}`,
    keepsPublicAddresses: (headers.get('user-agent') ?? '').startsWith('npm/'),
    etag: headers.get('if-none-match'),
  };
}

/**
 * The name under which this client knows the firewall: clients send their token to that host alone. It stands in the addresses of
 * the client's own answer and in nobody else's.
 */
function hostOf(host: string | undefined): string {
  return host !== undefined && /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/.test(host) ? host : 'localhost';
}
