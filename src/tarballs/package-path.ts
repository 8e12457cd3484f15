/** Where an entry of an archive ends up inside the package, or why no careful extractor writes it. */
export type PackagePath = { readonly path: string } | { readonly escapes: 'absolute' | 'parent' };

/**
 * The path inside the package: npm drops the first folder, whatever its name. Undefined for what has no other (the folder
 * itself, a file beside it). Windows reads `\` and drive letters, so that they count here on every system.
 */
export function packagePathOf(entryPath: string): PackagePath | undefined {
  if (/^(?:[/\\]|[a-z]:)/i.test(entryPath)) return { escapes: 'absolute' };
  if (entryPath.split(/[/\\]/).includes('..')) return { escapes: 'parent' };
  const parts = entryPath
    .split('/')
    .slice(1)
    .filter((part) => part !== '' && part !== '.');
  return parts.length === 0 ? undefined : { path: parts.join('/') };
}
