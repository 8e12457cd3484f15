/** The key under which a proven answer of the attestations endpoint is remembered: it is immutable, like the version. */
export function attestationsCacheKey(registry: string, name: string, version: string): string {
  return JSON.stringify([registry, name, version, 'attestations']);
}
