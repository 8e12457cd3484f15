/**
 * Where the attestations of a version are asked for: built from the configured registry, never taken from its document.
 * @param registry URL with trailing slash
 */
export function attestationsAddress(name: string, version: string, registry: string): string {
  const encoded = encodeURIComponent(name).replace(/^%40/, '@').replace('%2F', '%2f');
  return `${registry}-/npm/v1/attestations/${encoded}@${encodeURIComponent(version)}`;
}
