import type { DecidedAction, Decision } from './decision.ts';
import type { FirewallEvent } from './events.ts';

/** The last decision about each version. */
export interface DecisionRecord {
  readonly add: (decision: Decision) => void;
  /** What was hidden, then what was asked for; each oldest first. */
  readonly all: () => readonly Decision[];
}

const most = { asked: 20_000, hidden: 5_000 };

/** Counts every decision, tells each change once, and keeps the newest. */
export function createDecisionRecord(onEvent: (event: FirewallEvent) => void, onDecided: (action: DecidedAction) => void): DecisionRecord {
  const asked = new Map<string, Decision>();
  // Documents hide versions by the hundred: what somebody asked for is not pushed out by that.
  const hidden = new Map<string, Decision>();
  return {
    add: (decision) => {
      onDecided(decision.action);
      const key = `${decision.name}@${decision.version}`;
      const before = asked.get(key) ?? hidden.get(key);
      // What was asked for and refused stays that, even if it is gone from a document by now.
      if (decision.action === 'hidden' && (before?.action === 'refused' || before?.action === 'unverified')) return;
      asked.delete(key);
      hidden.delete(key);
      if (decision.action === 'hidden') put(hidden, key, decision, most.hidden);
      else put(asked, key, decision, most.asked);
      if (before?.action !== decision.action || before.reasons[0] !== decision.reasons[0]) onEvent({ type: 'decision', decision });
    },
    all: () => [...hidden.values(), ...asked.values()],
  };
}

function put(record: Map<string, Decision>, key: string, decision: Decision, limit: number): void {
  record.set(key, decision);
  const oldest = record.size > limit ? record.keys().next().value : undefined;
  if (oldest !== undefined) record.delete(oldest);
}
