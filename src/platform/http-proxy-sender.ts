import type { ProxyAgent } from 'undici';
import type { Sender } from './http-sender.ts';

export interface ProxySenderOptions {
  /** URL of the proxy; may hold credentials. */
  readonly proxy: string;
  readonly sockets: number;
  /** Tunnel to what lies behind, instead of asking the proxy to fetch it. */
  readonly isTunnel: boolean;
  readonly requestTls: ProxyAgent.Options['requestTls'];
  readonly proxyTls: ProxyAgent.Options['proxyTls'];
}

/** A client for what is reached through a proxy; loads its package when somebody needs one. */
export async function openProxySender({ proxy, sockets, isTunnel, requestTls, proxyTls }: ProxySenderOptions): Promise<Sender> {
  const { ProxyAgent: Agent } = await import('undici');
  // The attempt's own timers bound headers and body; undici's would measure silence only.
  const limits = { connections: sockets, headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: 64 * 1024 };
  const agent = new Agent({
    ...limits,
    ...proxyAddress(proxy),
    proxyTunnel: isTunnel,
    ...(requestTls === undefined ? {} : { requestTls }),
    ...(proxyTls === undefined ? {} : { proxyTls }),
  });
  return {
    send: async ({ url, method, headers, body, onPassed }) => {
      const controller = new AbortController();
      onPassed(() => controller.abort());
      const { statusCode, ...answer } = await agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { ...headers },
        signal: controller.signal,
        ...(body === undefined ? {} : { body }),
      });
      return { status: statusCode, headers: joined(answer.headers), body: answer.body };
    },
    close: () => agent.destroy(),
  };
}

function joined(headers: Readonly<Record<string, string | readonly string[] | undefined>>): ReadonlyMap<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name.toLowerCase(), typeof value === 'string' ? value : value.join(', ')] as const],
  );
  return new Map(entries);
}

function proxyAddress(proxy: string): { readonly uri: string; readonly token?: string } {
  const url = new URL(proxy);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { uri: url.href };
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return { uri: url.href, token: `Basic ${credentials}` };
}
