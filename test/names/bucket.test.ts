import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, downloadsOf, fewestBucket } from '../../src/names/bucket.ts';

const downloads = fc.integer({ min: 10, max: 2_000_000_000 });

describe('a bucket of downloads', () => {
  it('never overstates them, and understates them by less than 21 %', () => {
    fc.assert(
      fc.property(downloads, (counted) => {
        const read = downloadsOf(bucketOf(counted));
        expect(read).toBeLessThanOrEqual(counted + 1);
        expect(read).toBeGreaterThan(counted * 0.79 - 1);
      }),
    );
  });

  it('is the lowest for so many downloads, where every name of it has that many', () => {
    fc.assert(
      fc.property(downloads, (wanted) => {
        const bucket = fewestBucket(wanted);
        expect(downloadsOf(bucket)).toBeGreaterThanOrEqual(wanted - 1);
        expect(downloadsOf(bucket - 1)).toBeLessThan(wanted + 1);
      }),
    );
  });
});
