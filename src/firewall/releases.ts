import { manifestOf } from '../collectors/manifest.ts';
import { releaseOf } from '../collectors/packument-release.ts';
import { tarballAddress } from '../collectors/tarball-address.ts';
import type { Integrity } from '../model/integrity.ts';
import type { HeldDocument } from './documents.ts';
import { type ExoticDependency, exoticDependencies } from './exotic-dependencies.ts';
import { createHeldBytes } from './held-bytes.ts';
import { isUnreadable } from './unreadable.ts';

/** One version as its registry's document names it. */
export interface Release {
  readonly name: string;
  readonly version: string;
  readonly address: string;
  readonly announced: Integrity | undefined;
  readonly exotic: readonly ExoticDependency[];
}

/** What documents say of single versions, remembered for as long as they say it: a document need not be opened for each tarball. */
export interface Releases {
  /** Undefined where the document lacks the version; `not-believed` where it is about another package, or cannot be read. */
  readonly of: (document: HeldDocument, version: string) => Release | 'not-believed' | undefined;
}

const mostBytes = 4 * 1024 * 1024;

/** An empty memory. */
export function createReleases(): Releases {
  const held = createHeldBytes<Release>(mostBytes);
  return {
    of: (document, version) => {
      const key = JSON.stringify([document.registry, document.name, document.digest, version]);
      const known = held.get(key);
      if (known !== undefined) return known;
      const release = releaseIn(document, version);
      if (typeof release === 'object') held.put(key, release, 1_024 + release.exotic.length * 256);
      return release;
    },
  };
}

function releaseIn({ name, registry, open }: HeldDocument, version: string): Release | 'not-believed' | undefined {
  try {
    const packument = open();
    if (packument === undefined || (packument.get('name') ?? packument.get('_id')) !== name) return 'not-believed';
    const manifest = packument.manifest(version);
    if (manifest === undefined) return undefined;
    const release = releaseOf(version, undefined, manifestOf(manifest));
    if (release === undefined) return 'not-believed';
    return {
      name,
      version,
      address: tarballAddress(name, version, registry, release.tarball),
      announced: release.integrity,
      exotic: exoticDependencies(manifest),
    };
  } catch (error) {
    if (isUnreadable(error)) return 'not-believed';
    throw error;
  }
}
