/**
 * Where a version's tarball is asked for: the address that the registry's own document gives, if it is on the registry that this
 * name belongs to, else the registry's conventional one. A lockfile's address is never asked: it is part of the change under
 * review, and whatever it names, the bytes have to be the locked ones.
 * @param registry URL with trailing slash
 */
export function tarballAddress(name: string, version: string, registry: string, announced: string | undefined): string {
  if (announced !== undefined && URL.canParse(announced)) {
    const url = new URL(announced);
    if (url.origin === new URL(registry).origin && url.username === '' && url.password === '') return url.href;
  }
  const base = name.slice(name.lastIndexOf('/') + 1);
  return `${registry}${encoded(name)}/-/${encoded(base)}-${encodeURIComponent(version)}.tgz`;
}

/** Slash and `@` of a scope stay as npm writes them. */
function encoded(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/').replace(/^%40/, '@');
}
