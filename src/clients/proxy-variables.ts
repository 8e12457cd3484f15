/**
 * Proxy variables that every client, and most of what it starts, understand: what asks for another host meets the firewall, which
 * opens no tunnel.
 */
export function proxyVariables(url: string, hosts: readonly string[]): Readonly<Record<string, string>> {
  const proxy = url.replace(/\/$/, '');
  return {
    HTTP_PROXY: proxy,
    http_proxy: proxy,
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    ALL_PROXY: proxy,
    all_proxy: proxy,
    NO_PROXY: exceptions(hosts),
    no_proxy: exceptions(hosts),
  };
}

/** What a proxy is not asked for: the firewall itself, and what the policy lets through. */
export function exceptions(hosts: readonly string[]): string {
  return ['127.0.0.1', 'localhost', ...hosts].join(',');
}
