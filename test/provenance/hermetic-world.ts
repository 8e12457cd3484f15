/** A gate, a registry and a Sigstore for whole-chain tests: everything over HTTP on 127.0.0.1, each run with a home of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGate } from '../../src/gate.ts';
import { readLockfile } from '../../src/index.ts';
import type { Report } from '../../src/model/report.ts';
import { milliseconds } from '../../src/model/units.ts';
import { packageLock } from '../e2e/lockgate.ts';
import type { RegistryOptions } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release, type ReleaseOptions } from '../loopback-registry/release.ts';
import { type Attested, type AttestingRegistry, startAttestingRegistry } from './attesting-registry.ts';
import type { Ecosystem } from './ecosystem.ts';

export const widgetName = '@acme/widget';

/** A release of the one package of these tests, on the first day of a month of 2026. */
export function widget(version: string, month: number, over: Partial<ReleaseOptions> = {}): ReleaseOptions {
  return {
    name: widgetName,
    version,
    repository: 'git+https://github.com/acme/widget.git',
    publishedAt: `2026-0${month}-01T00:00:00.000Z`,
    ...over,
  };
}
export const first: BuiltRelease = release(widget('1.0.0', 1));
export const second: BuiltRelease = release(widget('1.0.1', 2));

export interface Run {
  /** Entries of the policy's `registries`; the URL is the registry's. */
  readonly registries?: readonly object[];
  /** Further lines of the policy. */
  readonly policy?: string;
  readonly home?: string;
  readonly now?: number;
  /** Other trust data than the ecosystem's. */
  readonly trust?: string;
}

export interface HermeticWorld {
  readonly serve: (releases: readonly BuiltRelease[], attested: Attested, options?: RegistryOptions) => Promise<AttestingRegistry>;
  /** Judges a lockfile that holds these releases. */
  readonly judge: (registry: AttestingRegistry, locked: readonly BuiltRelease[], run?: Run) => Promise<Report>;
  readonly newHome: () => string;
  /** Ends the registries. */
  readonly close: () => Promise<void>;
  /** Removes the homes. */
  readonly remove: () => void;
}

export function createHermeticWorld(ecosystem: Ecosystem): HermeticWorld {
  const open: AttestingRegistry[] = [];
  const folders: string[] = [];
  const newHome = (): string => {
    const home = mkdtempSync(join(tmpdir(), 'lockgate-hermetic-'));
    folders.push(home);
    mkdirSync(join(home, 'lockgate'));
    return home;
  };
  return {
    newHome,
    serve: async (releases, attested, options = {}) => {
      const registry = await startAttestingRegistry(ecosystem, releases, attested, options);
      open.push(registry);
      return registry;
    },
    judge: async ({ url }, locked, run = {}) => {
      const home = run.home ?? newHome();
      writeFileSync(join(home, 'lockgate', 'trust.json'), run.trust ?? ecosystem.trustData);
      const described =
        run.registries === undefined ? '' : `registries: ${JSON.stringify(run.registries.map((one) => ({ url, ...one })))}\n`;
      const gate = await createGate({
        now: milliseconds(run.now ?? Date.now() + 1000),
        variables: { HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, npm_config_registry: url },
        policy: { text: `version: 1\n${described}${run.policy ?? ''}`, path: 'lockgate.yaml' },
      });
      try {
        return await gate.assess(readLockfile({ path: 'package-lock.json', text: packageLock(locked)['package-lock.json'] ?? '' }));
      } finally {
        await gate.close();
      }
    },
    close: async () => {
      await Promise.all(open.splice(0).map((registry) => registry.close()));
    },
    remove: () => {
      for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
    },
  };
}

/** What a report says about signatures and provenance: `rule severity`. */
export function said({ findings }: Report): readonly string[] {
  const about = /^(provenance|registry-signature|registry-integrity)/;
  return findings.filter(({ rule }) => about.test(rule)).map(({ rule, severity }) => `${rule} ${severity}`);
}
