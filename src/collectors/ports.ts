import type { AdvisoryDatabase } from '../model/advisory.ts';
import type { CacheLayer } from '../model/cache.ts';
import type { HttpClient } from '../model/http.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import type { DocumentReader } from './packument-reading.ts';

/** The world as collectors may touch it; `gate.ts` hands it in. */
export interface CollectorPorts {
  readonly http: HttpClient;
  readonly registries: RegistryDirectory;
  /** Mutable documents by registry, name and representation. */
  readonly cache: CacheLayer;
  /** Immutable facts about a name, version and integrity. */
  readonly facts: CacheLayer;
  /** Answer from the cache only. */
  readonly isOffline: boolean;
  /** Who reads the registry's documents of one run; see `PackumentSources`. */
  readonly openReader?: (signal: AbortSignal) => DocumentReader;
  /** Bytes of a file that ships with the tool, by its path below `allowlists/`. */
  readonly readShipped: (path: string) => Uint8Array;
  /** Names this build of the tool: what it worked out from its own data holds for it alone. Absent: that is not remembered. */
  readonly tool?: string;
  /** Whether this run reads tarballs; absent means that it does not. */
  readonly readsTarballs?: boolean;
  /** Where advisories come from; absent: the registries alone. */
  readonly advisories?: AdvisoryPorts;
}

/** Where advisories come from, and how old what is kept of them may be. */
export interface AdvisoryPorts {
  /** `registry`: the registries' own endpoints, and what was imported where that is fresh. */
  readonly source: 'registry' | 'import' | 'api';
  /** Base URL of an OSV API. */
  readonly apiUrl: string;
  /** Milliseconds. */
  readonly staleAfter: number;
  /** Opened when it is first needed, and once. */
  readonly database: () => AdvisoryDatabase;
}
