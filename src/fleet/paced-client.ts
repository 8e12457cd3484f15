import type { HttpClient } from '../model/http.ts';
import type { RequestPace } from './request-pace.ts';

/** The same client, whose requests to each origin begin at a pace. What is asked again after a failure waits by itself and is not counted. */
export function pacedClient(client: HttpClient, pace: RequestPace): HttpClient {
  const inTurn = async (url: string, signal: AbortSignal | undefined): Promise<void> => {
    if (URL.canParse(url)) await pace(new URL(url).origin, signal ?? never);
  };
  return {
    get: async (url, options) => {
      await inTurn(url, options?.signal);
      return client.get(url, options);
    },
    post: async (url, body, options) => {
      await inTurn(url, options?.signal);
      return client.post(url, body, options);
    },
    close: () => client.close(),
  };
}

const never: AbortSignal = new AbortController().signal;
