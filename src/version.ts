import { createRequire } from 'node:module';

/** The version of this tool, from its own package.json. */
export const version: string = readVersion(createRequire(import.meta.url)('../package.json'));

function readVersion(manifest: unknown): string {
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest && typeof manifest.version === 'string')
    return manifest.version;
  throw new Error('package.json has no version');
}
