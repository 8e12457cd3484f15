import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

type OsvRecord = Readonly<Record<string, unknown>>;

export interface OsvApi {
  /** Without trailing slash. */
  readonly url: string;
  /** Method and path of each request, in order. */
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

interface OsvApiOptions {
  /** Ids of one page of an answer; all by default. */
  readonly pageSize?: number;
  /** Answers instead of the API: a body for a path. */
  readonly faults?: Readonly<Record<string, { readonly status: number; readonly body: string }>>;
}

/** An OSV API on 127.0.0.1 that answers by name only, as an API with coarse knowledge might: the asker compares versions. */
export async function startOsvApi(records: readonly OsvRecord[], { pageSize = 1000, faults = {} }: OsvApiOptions = {}): Promise<OsvApi> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const path = decodeURIComponent(request.url ?? '/');
      requests.push(`${request.method} ${path}`);
      const fault = faults[path];
      if (fault !== undefined) return response.writeHead(fault.status).end(fault.body);
      const id = /^\/v1\/vulns\/(.+)$/.exec(path)?.[1];
      const answer =
        path === '/v1/querybatch' ? batchAnswer(JSON.parse(body), records, pageSize) : records.find((record) => record['id'] === id);
      return answer === undefined ? response.writeHead(404).end('{}') : response.writeHead(200).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the API has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Batch {
  readonly queries: readonly { readonly package: { readonly name: string }; readonly page_token?: string }[];
}

function batchAnswer({ queries }: Batch, records: readonly OsvRecord[], pageSize: number): unknown {
  return {
    results: queries.map(({ package: { name }, page_token: token }) => {
      const start = Number(token ?? 0);
      const own = records.filter((record) => JSON.stringify(record['affected']).includes(JSON.stringify(name)));
      const vulns = own.slice(start, start + pageSize).map(({ id, modified }) => ({ id, modified }));
      return own.length > start + pageSize ? { vulns, next_page_token: String(start + pageSize) } : vulns.length > 0 ? { vulns } : {};
    }),
  };
}
