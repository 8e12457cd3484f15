import { createHash } from 'node:crypto';
import { type Gate, type GateOptions, createGate, openEvidenceCache } from '../gate.ts';
import type { EvidenceCache } from '../model/cache.ts';
import type { Milliseconds } from '../model/units.ts';
import type { AuditGate } from './evaluate-repository.ts';

/** What a project says about how it wants to be judged. */
export type GateSettings = Pick<GateOptions, 'policy' | 'baseline' | 'npmrc'>;

export interface AuditGatesOptions {
  readonly now: Milliseconds;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly isOffline: boolean;
  readonly isDeep: boolean;
  /** Milliseconds for the evidence of one lockfile. */
  readonly deadline: number;
  /** The policy that no repository may go below; absent: known malware alone, by the built-in policy. */
  readonly floor?: GateOptions['policy'];
  /** Takes the place of every repository's own `.npmrc`. */
  readonly npmrc?: string;
  /** Makes the clients through which registries are asked, for who sets their pace. */
  readonly transport?: GateOptions['transport'];
}

export interface AuditGates {
  /**
   * The gates that a lockfile must pass: its own policy's first, then the floor's, then, where it has an `.npmrc` of its own, known
   * malware by the registries of who audits. Throws `GateError` for settings that cannot be used.
   */
  readonly of: (settings: GateSettings) => Promise<readonly AuditGate[]>;
  /** Writes down what was learned so far. */
  readonly save: () => void;
  readonly close: () => Promise<void>;
}

/** Policies that are kept ready at once; a fleet has few, each of which judges many repositories. */
const mostOpen = 24;

/** Lockfiles that are judged before what was learned with them is written down: who is killed loses no more than that. */
const judgedBetweenSaves = 16;

/**
 * Keeps gates open over many repositories: one for each distinct policy, baseline and `.npmrc`. They share one evidence cache, opened
 * with the first of them: what is learned about a version is learned once for all.
 */
export function createAuditGates(options: AuditGatesOptions): AuditGates {
  const open = new Map<string, OpenGate>();
  let opened: EvidenceCache | undefined;
  let judged = 0;
  // That nothing is remembered costs time and changes no result.
  const cache = (): EvidenceCache => (opened ??= openEvidenceCache(options.variables, () => undefined));

  /** Runs something with the gate for these settings, which stays open meanwhile. */
  async function withGate<T>(settings: GateSettings, work: (gate: Gate) => Promise<T>): Promise<T> {
    const key = createHash('sha256').update(JSON.stringify(settings)).digest('hex');
    const known = open.get(key);
    // The one that was used last moves to the end.
    if (known !== undefined) open.delete(key);
    const entry = known ?? { gate: openGate(settings, options, cache()), users: 0 };
    open.set(key, entry);
    // A policy with a mistake has no gate to keep.
    entry.gate.catch(() => open.delete(key));
    entry.users += 1;
    try {
      await closeIdle(open);
      return await work(await entry.gate);
    } finally {
      entry.users -= 1;
    }
  }

  /** Opens the gate at once, so that a mistake in the settings is told before anything is judged. */
  async function auditGate(settings: GateSettings): Promise<AuditGate> {
    await withGate(settings, async () => undefined);
    return {
      assess: async (inventory, given) => {
        const report = await withGate(settings, (gate) => gate.assess(inventory, given));
        judged += 1;
        if (judged % judgedBetweenSaves === 0) opened?.checkpoint();
        return report;
      },
    };
  }

  return {
    of: async (given) => {
      const settings = options.npmrc === undefined ? given : { ...given, npmrc: options.npmrc };
      const { npmrc } = settings;
      const reach = npmrc === undefined ? {} : { npmrc };
      const own = settings.policy === undefined && options.floor !== undefined ? undefined : settings;
      const gates: AuditGate[] = own === undefined ? [] : [await auditGate(own)];
      if (options.floor !== undefined) {
        // A baseline is a repository's own: the floor does not know it.
        const floor = await auditGate({ policy: options.floor, ...reach });
        gates.push(
          gates.length === 0
            ? floor
            : { ...floor, help: `the floor policy ${options.floor.path} decides here: a repository cannot loosen it` },
        );
      } else if (settings.policy !== undefined || settings.baseline !== undefined) {
        gates.push(malwareAlone(await auditGate(reach), 'known malware is reported whatever the policy of a repository says'));
      }
      // It may send every question to somebody who knows of no malware.
      if (options.npmrc === undefined && npmrc !== undefined && npmrc.trim() !== '') {
        const here = await auditGate(options.floor === undefined ? {} : { policy: options.floor });
        gates.push(malwareAlone(here, 'the registry of who audits says so, whichever one the .npmrc of the repository names'));
      }
      return gates;
    },
    save: () => opened?.checkpoint(),
    close: async () => {
      for (const { gate } of open.values()) await (await gate).close();
      open.clear();
    },
  };
}

interface OpenGate {
  readonly gate: Promise<Gate>;
  /** Who is using it now. */
  users: number;
}

function openGate(
  settings: GateSettings,
  { now, variables, isOffline, isDeep, deadline, transport }: AuditGatesOptions,
  cache: EvidenceCache,
): Promise<Gate> {
  return createGate({ ...settings, now, variables, isOffline, isDeep, deadline, cache, ...(transport === undefined ? {} : { transport }) });
}

/** Closes the gates that were not used for longest, until few enough are open; one that is judging stays. */
async function closeIdle(open: Map<string, OpenGate>): Promise<void> {
  for (const [key, { gate, users }] of open) {
    if (open.size <= mostOpen) return;
    if (users > 0) continue;
    open.delete(key);
    await (await gate).close();
  }
}

/** What is known to be malware, and nothing else: the floor of who has set none. */
function malwareAlone({ assess }: AuditGate, help: string): AuditGate {
  return { assess: (inventory, given) => assess(inventory, { ...given, isWanted: ({ id }) => id === 'malware' }), help };
}
