import { hash } from 'node:crypto';
import { type OpenJudgementMemory, openJudgementMemory } from './engine/memory.ts';
import type { Milliseconds } from './model/units.ts';
import type { SealedFiles } from './platform/sealed-files.ts';

/** Everything that judgements depend on beside the packages and what is learned of them. Data only: it becomes part of a key. */
export interface JudgementSettings {
  readonly tool: string;
  readonly policyDigest: string;
  readonly registries: unknown;
  readonly isOffline: boolean;
  /** What identifies the imported advisories. */
  readonly advisories: string;
}

/** What differs between the runs of one gate. */
export interface JudgementMode {
  readonly readsTarballs: boolean;
  /** The trust data in use, as a text. */
  readonly trust: string;
  /** When that turns stale. */
  readonly trustEnds: Milliseconds;
}

/** The memories of one gate: one for each way in which it judges. */
export interface JudgementMemories {
  readonly of: (mode: JudgementMode) => OpenJudgementMemory;
  /** Hands on to later runs what was learned and holds at `now`. */
  readonly save: (now: Milliseconds) => void;
}

export function openJudgementMemories(settings: JudgementSettings, files: SealedFiles): JudgementMemories {
  const open = new Map<string, OpenJudgementMemory>();
  return {
    of: ({ readsTarballs, trust, trustEnds }) => {
      const name = JSON.stringify([settings, readsTarballs, hash('sha256', trust)]);
      const memory = open.get(name) ?? openJudgementMemory(trustEnds, files.read(name));
      open.set(name, memory);
      return memory;
    },
    save: (now) => {
      for (const [name, memory] of open) {
        const text = memory.write(now);
        if (text !== undefined) files.write(name, text);
      }
    },
  };
}
