import type { Packument } from '../evidence/packument.ts';
import type { Fact } from '../model/finding.ts';
import { formatDuration } from '../model/units.ts';
import { isHistory, recentWithinDefault } from './recent-release.ts';

/**
 * What speaks against a finding about how a release differs from the one before it: that it has been out for longer than attacks
 * stay unnoticed. Empty for a recent release, and for one whose age nobody knows.
 */
export function settledFacts(document: Packument | undefined, version: string, now: number): readonly Fact[] {
  const publishedAt = document?.releases.get(version)?.publishedAt;
  if (publishedAt === undefined || !isHistory(publishedAt, now, recentWithinDefault)) return [];
  return [{ label: 'published', value: `${formatDuration(now - publishedAt)} ago`, source: 'registry' }];
}
