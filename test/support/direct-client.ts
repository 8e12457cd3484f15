import type { ConnectionSettings, HttpClient } from '../../src/model/http.ts';
import { createHttpClient } from '../../src/platform/http.ts';
import type { HttpTiming } from '../../src/platform/http-timing.ts';

/** To a server on this machine: no proxy, no credentials. */
export const directConnection: ConnectionSettings = {
  strictSsl: true,
  headersTimeout: 2_000,
  proxyFor: () => undefined,
  authorizationFor: () => undefined,
  clientCertificateFor: () => undefined,
};

/** A client that gives up soon, for tests in which servers do not answer. */
export function impatientClient(settings: Partial<ConnectionSettings> = {}, timing: Partial<HttpTiming> = {}): HttpClient {
  return createHttpClient(
    { ...directConnection, headersTimeout: 500, ...settings },
    { retryDelay: 1, stallTimeout: 500, attemptTimeout: 2_000, ...timing },
  );
}
