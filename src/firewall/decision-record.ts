import type { DecidedAction, Decision } from './decision.ts';
import type { FirewallEvent } from './events.ts';

/** The last decision about each version. */
export interface DecisionRecord {
  readonly add: (decision: Decision) => void;
  /** Oldest first. */
  readonly all: () => readonly Decision[];
}

const most = 20_000;

/** Counts every decision, tells each change once, and keeps the newest. */
export function createDecisionRecord(onEvent: (event: FirewallEvent) => void, onDecided: (action: DecidedAction) => void): DecisionRecord {
  const record = new Map<string, Decision>();
  return {
    add: (decision) => {
      onDecided(decision.action);
      const key = `${decision.name}@${decision.version}`;
      const before = record.get(key);
      // What was asked for and refused stays that, even if it is gone from a document by now.
      if (decision.action === 'hidden' && (before?.action === 'refused' || before?.action === 'unverified')) return;
      record.delete(key);
      record.set(key, decision);
      const oldest = record.size > most ? record.keys().next().value : undefined;
      if (oldest !== undefined) record.delete(oldest);
      if (before?.action !== decision.action || before.reasons[0] !== decision.reasons[0]) onEvent({ type: 'decision', decision });
    },
    all: () => [...record.values()],
  };
}
