/**
 * Proxy variables that every client, and most of what it starts, understand: what asks for another host meets the firewall, which
 * opens no tunnel.
 */
export function proxyVariables(url: string): Readonly<Record<string, string>> {
  const proxy = url.replace(/\/$/, '');
  return {
    HTTP_PROXY: proxy,
    http_proxy: proxy,
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    ALL_PROXY: proxy,
    all_proxy: proxy,
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  };
}
