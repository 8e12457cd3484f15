import type { FirewallEvent } from './events.ts';
import { lineOf } from './reasons.ts';

const longestReason = 600;

/** An event as one line of JSON, below 2,000 characters; `time` comes first, in ISO 8601. */
export function logLine(event: FirewallEvent, now: number): string {
  return JSON.stringify({ time: new Date(now).toISOString(), ...fieldsOf(event) });
}

function fieldsOf(event: FirewallEvent): Readonly<Record<string, unknown>> {
  switch (event.type) {
    case 'decision': {
      const { name, version, action, findings } = event.decision;
      const rules = [...new Set(findings.map(({ rule }) => rule))].slice(0, 5);
      const why = action === 'allowed' ? {} : { reason: lineOf(event.decision).slice(0, longestReason) };
      return { type: event.type, name, version, action, ...(rules.length === 0 ? {} : { rules }), ...why };
    }
    case 'trouble':
      return { ...event, what: event.what.slice(0, longestReason) };
    case 'listening':
    case 'request':
    case 'reloaded':
    case 'stopped':
      return event;
  }
}
