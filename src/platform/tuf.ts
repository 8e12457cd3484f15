import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A TUF repository and how far to trust it. */
export interface TufRequest {
  /** URL without trailing slash; absent for the public Sigstore repository. */
  readonly mirror?: string;
  /** A root.json to start from; needed for any other repository than the public one. */
  readonly rootFile?: string;
  /** Names of the wanted targets. */
  readonly targets: readonly string[];
  /** Milliseconds for one file. */
  readonly timeout: number;
}

/**
 * Fetches targets of a TUF repository, each verified up to the root that the client starts from. The client trusts
 * whatever root lies in its cache folder, so each call gets an empty one of its own. Throws what the client throws.
 */
export async function fetchTufTargets({ mirror, rootFile, targets, timeout }: TufRequest): Promise<readonly string[]> {
  const { DEFAULT_MIRROR_URL, initTUF } = await import('@sigstore/tuf');
  const cachePath = mkdtempSync(join(tmpdir(), 'lockgate-tuf-'));
  try {
    const client = await initTUF({
      mirrorURL: mirror ?? DEFAULT_MIRROR_URL,
      cachePath,
      retry: 0,
      timeout,
      ...(rootFile === undefined ? {} : { rootPath: rootFile }),
    });
    const texts: string[] = [];
    for (const target of targets) texts.push(await client.getTarget(target));
    return texts;
  } finally {
    rmSync(cachePath, { recursive: true, force: true });
  }
}
