import { describe, expect, it } from 'vitest';
import { type Packument, packument } from '../../src/evidence/packument.ts';
import { PublishedVersions } from '../../src/evidence/published-versions.ts';

const leftPad: Packument = {
  name: 'left-pad',
  status: 'published',
  registry: 'https://registry.example/',
  representation: 'full',
  distTags: {},
  versions: PublishedVersions.of([{ version: '1.0.0' }, { version: '1.3.0', publishedAt: 1_500_000_000_000 }]),
  releases: new Map(),
};

describe('the shape of a registry document', () => {
  it('is proven where versions have instants, or nobody says when they were published', () => {
    expect(packument.shape(leftPad)).toBe(true);
  });

  it('is refused for an instant that is none, in the future or in the past: no age could be told from it', () => {
    for (const publishedAt of [Infinity, -Infinity])
      expect(packument.shape({ ...leftPad, versions: PublishedVersions.of([{ version: '1.0.0', publishedAt }]) })).toBe(false);
  });
});
