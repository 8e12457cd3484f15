import { hijackedUntil2025 } from './hijacked-until-2025.ts';
import { hijackedIn2026 } from './hijacked-in-2026.ts';
import type { Incident } from './incident.ts';
import { lures } from './lures.ts';

/** Every incident that Lockgate is measured against, in the order in which they happened. */
export const incidents: readonly Incident[] = [...hijackedUntil2025, ...hijackedIn2026, ...lures].sort((a, b) =>
  a.date === b.date ? (a.title < b.title ? -1 : 1) : a.date < b.date ? -1 : 1,
);
