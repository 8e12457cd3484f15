import type { HttpClient } from '../model/http.ts';

/** A client that is made when it is first used; one that is never used costs nothing. */
export function deferredHttpClient(create: () => Promise<HttpClient>): HttpClient {
  let created: Promise<HttpClient> | undefined;
  const client = (): Promise<HttpClient> => (created ??= create());
  return {
    get: async (url, options) => (await client()).get(url, options),
    post: async (url, body, options) => (await client()).post(url, body, options),
    close: async () => {
      const open = await created;
      await open?.close();
    },
  };
}
