import { type Packument, firstPublishedAt } from '../evidence/packument.ts';

/** How long and how often a name has been published. */
export interface PackageHistory {
  /** Milliseconds since the epoch; absent where the registry does not say. */
  readonly firstPublishedAt?: number;
  readonly versionCount: number;
}

/** Reads a registry document; undefined where the name holds no published package. An abbreviated document has no times. */
export function historyOf(document: Packument): PackageHistory | undefined {
  if (document.status !== 'published') return undefined;
  const first = firstPublishedAt(document);
  return { versionCount: document.versions.count, ...(first === undefined ? {} : { firstPublishedAt: first }) };
}
