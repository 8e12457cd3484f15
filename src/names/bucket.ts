/** Ten buckets for each power of ten: a ratio between two buckets is exact to 26 %. */
export function bucketOf(downloads: number): number {
  return downloads >= 1 ? Math.min(bucketCount - 1, Math.floor(Math.log10(downloads) * 10 + 1e-9)) : 0;
}

export const bucketCount = 256;

/** The fewest downloads a month that fall into a bucket. */
export function downloadsOf(bucket: number): number {
  return fewestDownloads[bucket] ?? 0;
}

/** By bucket, the fewest downloads a month that fall into it. */
export const fewestDownloads: readonly number[] = Array.from({ length: bucketCount }, (_, bucket) => Math.round(10 ** (bucket / 10)));

/** The lowest bucket whose every name has at least so many downloads. */
export function fewestBucket(downloads: number): number {
  return downloads <= 1 ? 0 : Math.ceil(Math.log10(downloads) * 10 - 1e-9);
}
