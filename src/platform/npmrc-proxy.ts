/**
 * Chooses the proxy of a URL as npm does: `https-proxy`, then `proxy`, then the environment; `noproxy` names hosts and their
 * subdomains that are reached directly. Source: @npmcli/agent, lib/proxy.js.
 */
export function proxyChooser(
  text: (key: string) => string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): (url: URL) => string | undefined {
  const variable = (name: string): string | undefined =>
    [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== '');
  const configured = text('https-proxy') ?? text('proxy');
  const direct = (text('noproxy') ?? variable('no_proxy') ?? '').split(',').map((host) => host.trim().toLowerCase());
  return (url) => {
    if (direct.some((host) => host === '*' || isHostOrBelow(url, host))) return undefined;
    const chosen = configured ?? variable(url.protocol === 'https:' ? 'https_proxy' : 'http_proxy') ?? variable('proxy');
    return chosen !== undefined && URL.canParse(chosen) && /^https?:$/.test(new URL(chosen).protocol) ? chosen : undefined;
  };
}

function isHostOrBelow(url: URL, entry: string): boolean {
  const [host = '', port] = entry.replace(/^\*?\./, '').split(':');
  if (host === '' || (port !== undefined && port !== effectivePort(url))) return false;
  return url.hostname === host || url.hostname.endsWith(`.${host}`);
}

function effectivePort(url: URL): string {
  if (url.port !== '') return url.port;
  return url.protocol === 'https:' ? '443' : '80';
}
