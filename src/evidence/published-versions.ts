/** One version as a registry lists it. */
export interface ListedVersion {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt?: number;
}

/**
 * All versions of a package in ascending semver order. A run lists hundreds of thousands of them, and most are never looked at: they
 * are one text and one table of numbers, a tenth of what they would be as objects.
 */
export class PublishedVersions implements Iterable<ListedVersion> {
  /** Each version between spaces, which no version holds; empty for none. */
  readonly text: string;
  /** For each version when it was published, in milliseconds since the epoch; NaN where the registry does not say. */
  readonly instants: Float64Array;
  #starts: Uint32Array | undefined;

  /** @param text as the property of that name: each version in ascending semver order, once, in as many places as there are instants */
  constructor(text: string, instants: Float64Array) {
    this.text = text;
    this.instants = instants;
  }

  /** @param versions in ascending semver order, each once */
  static of(versions: readonly ListedVersion[]): PublishedVersions {
    const texts = versions.map(({ version }) => version);
    return PublishedVersions.from(texts, (_, index) => versions[index]?.publishedAt);
  }

  /**
   * @param versions in ascending semver order, each once
   * @param publishedAt when one was published, in milliseconds since the epoch
   */
  static from(versions: readonly string[], publishedAt: (version: string, index: number) => number | undefined): PublishedVersions {
    const instants = new Float64Array(versions.length);
    for (let index = 0; index < versions.length; index++) instants[index] = publishedAt(versions[index] ?? '', index) ?? Number.NaN;
    return new PublishedVersions(versions.length === 0 ? '' : ` ${versions.join(' ')} `, instants);
  }

  get count(): number {
    return this.instants.length;
  }

  has(version: string): boolean {
    return this.offsetOf(version) !== -1;
  }

  /** Where a version stands in the text: that grows with its place in ascending order, and is found sooner; -1 where it is not listed. */
  offsetOf(version: string): number {
    return version === '' || version.includes(' ') ? -1 : this.text.indexOf(` ${version} `);
  }

  /** The place of a version in ascending order; -1 where it is not listed. */
  indexOf(version: string): number {
    const offset = this.offsetOf(version);
    if (offset === -1) return -1;
    const start = offset + 1;
    const starts = this.#placesOfStarts();
    let low = 0;
    for (let high = this.count - 1; low < high;) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The version at a place in ascending order; empty where there is none. */
  versionAt(index: number): string {
    const starts = this.#placesOfStarts();
    const start = starts[index];
    return start === undefined ? '' : this.text.slice(start, (starts[index + 1] ?? this.text.length) - 1);
  }

  /** When the version at a place was published; undefined where nobody says. */
  instantAt(index: number): number | undefined {
    const instant = this.instants[index] ?? Number.NaN;
    return Number.isNaN(instant) ? undefined : instant;
  }

  /** When the first of them was published; undefined where the registry says so of none. */
  get firstPublishedAt(): number | undefined {
    let first = Infinity;
    for (let index = 0; index < this.instants.length; index++) {
      const instant = this.instants[index] ?? Number.NaN;
      if (instant < first) first = instant;
    }
    return first === Infinity ? undefined : first;
  }

  *[Symbol.iterator](): Generator<ListedVersion> {
    for (let index = 0; index < this.count; index++) {
      const publishedAt = this.instantAt(index);
      const version = this.versionAt(index);
      yield publishedAt === undefined ? { version } : { version, publishedAt };
    }
  }

  /** Found once, and only where somebody asks for a single version. */
  #placesOfStarts(): Uint32Array {
    if (this.#starts !== undefined) return this.#starts;
    const starts = new Uint32Array(this.count);
    let start = 1;
    for (let index = 0; index < starts.length; index++) {
      starts[index] = start;
      start = this.text.indexOf(' ', start) + 1;
    }
    return (this.#starts = starts);
  }
}
