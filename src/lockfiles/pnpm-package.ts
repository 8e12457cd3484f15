import type { Location } from '../model/component.ts';
import type { YamlMap } from './pnpm-document.ts';
import type { PnpmKey } from './pnpm-key.ts';

/** One installed copy: a snapshot, together with the entry of `packages` that all copies of its package share. */
export interface PnpmPackage {
  /** The key by which dependencies name it. */
  readonly id: string;
  readonly key: PnpmKey;
  readonly location: Location;
  /** Its own dependencies. */
  readonly snapshot: YamlMap;
  /** Its package: resolution, platform, peers. The same map as `snapshot` before 9.0. */
  readonly entry: YamlMap;
}
