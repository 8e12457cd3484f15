/**
 * Tells V8 that this process is a short one. It is over before optimised code pays for its compilation, which is a third of the CPU of a
 * typical command; and of its garbage so little is ready to go that several threads spend more on sharing the work than it takes.
 */
export function expectShortRun(): void {
  set('--interrupt-budget=1000000', '--no-parallel-scavenge');
}

/** Takes that back for a command that goes on until it is told to end: as V8 has it by itself. */
export function expectLongRun(): void {
  set('--interrupt-budget=67584', '--parallel-scavenge');
}

/** Only the V8 of Node 20 is known to have these flags, by these names; others would complain on stderr. */
function set(...flags: readonly string[]): void {
  if (!process.versions.v8.startsWith('11.')) return;
  // Asked for here: an import would load it for every Node.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const flag of flags) setFlagsFromString(flag);
}
