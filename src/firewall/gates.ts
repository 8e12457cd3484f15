import type { Gate } from '../gate.ts';
import type { FirewallEvent } from './events.ts';

/** The gate that decides now. Gates are replaced while requests run: nobody keeps one. */
export interface Gates {
  readonly current: () => Gate;
  readonly reload: () => Promise<void>;
  readonly onChange: (listener: () => void) => void;
  readonly close: () => Promise<void>;
}

export interface GatesOptions {
  readonly open: () => Promise<Gate>;
  /** Milliseconds. */
  readonly lifetime: number;
  readonly onEvent: (event: FirewallEvent) => void;
}

/** What was learned is written as often, and leaves the memory with that. */
const savedEvery = 300_000;
/** No judgement takes longer: after that nobody works with a gate that was replaced. */
const longestJudgement = 120_000;

/**
 * Opens a gate, and a new one when its lifetime is over: it reads the policy, the registries and the cache as they are then. Where
 * that fails the old one goes on, loudly: a service that stops deciding would be worse than one that decides by yesterday's policy.
 */
export async function openGates({ open, lifetime, onEvent }: GatesOptions): Promise<Gates> {
  const listeners: (() => void)[] = [];
  const leaving = new Map<Gate, NodeJS.Timeout>();
  let gate = await open();

  const reload = async (): Promise<void> => {
    const fresh = await open();
    const old = gate;
    gate = fresh;
    for (const listener of listeners) listener();
    const timer = setTimeout(() => {
      leaving.delete(old);
      void closeQuietly(old);
    }, longestJudgement);
    leaving.set(old, timer.unref());
    onEvent({ type: 'reloaded', policy: gate.policy.path ?? 'the built-in policy' });
  };
  const closeQuietly = (old: Gate): Promise<void> => old.close().catch((error: unknown) => tell('the cache could not be written', error));
  const tell = (what: string, error: unknown): void =>
    onEvent({ type: 'trouble', what: `${what}: ${error instanceof Error ? error.message : String(error)}` });

  const saving = setInterval(() => gate.save(), savedEvery).unref();
  const renewing = setInterval(() => {
    reload().catch((error: unknown) => tell('the gate could not be opened anew, the old one goes on', error));
  }, lifetime).unref();
  return {
    current: () => gate,
    reload,
    onChange: (listener) => void listeners.push(listener),
    close: async () => {
      clearInterval(saving);
      clearInterval(renewing);
      for (const [old, timer] of leaving) {
        clearTimeout(timer);
        await closeQuietly(old);
      }
      leaving.clear();
      await gate.close();
    },
  };
}
