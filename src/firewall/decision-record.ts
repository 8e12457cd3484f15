import type { DecidedAction, Decision } from './decision.ts';
import type { FirewallEvent } from './events.ts';

/** The last decision about each version. */
export interface DecisionRecord {
  readonly add: (decision: Decision) => void;
  /** What was hidden, then what may be had or is not there, then what was stopped; each oldest first. */
  readonly all: () => readonly Decision[];
}

/** Neither thousands of hidden versions nor a tree of ten thousands of packages pushes out what was stopped: an exit code hangs on it. */
const kinds = { hidden: 'hidden', allowed: 'let-be', 'not-found': 'let-be', refused: 'stopped', unverified: 'stopped' } as const;
const most = { hidden: 5_000, 'let-be': 20_000, stopped: 20_000 };

/** Counts every decision, tells each change once, and keeps the newest. */
export function createDecisionRecord(onEvent: (event: FirewallEvent) => void, onDecided: (action: DecidedAction) => void): DecisionRecord {
  const records = { hidden: new Map<string, Decision>(), 'let-be': new Map<string, Decision>(), stopped: new Map<string, Decision>() };
  const all = Object.values(records);
  return {
    add: (decision) => {
      onDecided(decision.action);
      const key = `${decision.name}@${decision.version}`;
      const before = all.map((record) => record.get(key)).find((known) => known !== undefined);
      const kind = kinds[decision.action];
      // What was asked for and stopped stays that, even if it is gone from a document by now.
      if (kind === 'hidden' && records.stopped.has(key)) return;
      for (const record of all) record.delete(key);
      put(records[kind], key, decision, most[kind]);
      if (before?.action !== decision.action || before.reasons[0] !== decision.reasons[0]) onEvent({ type: 'decision', decision });
    },
    all: () => all.flatMap((record) => [...record.values()]),
  };
}

function put(record: Map<string, Decision>, key: string, decision: Decision, limit: number): void {
  record.set(key, decision);
  const oldest = record.size > limit ? record.keys().next().value : undefined;
  if (oldest !== undefined) record.delete(oldest);
}
