/**
 * Tells V8 that this process is a short one. It is over before optimised code pays for its compilation, which is a third of the CPU of a
 * typical command; and of its garbage so little is ready to go that several threads spend more on sharing the work than it takes.
 * Only the V8 of Node 20 is known to have the flags by these names; others would complain on stderr.
 */
export function expectShortRun(): void {
  if (!process.versions.v8.startsWith('11.')) return;
  // Asked for here: an import would load it for every Node.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--interrupt-budget=1000000');
  setFlagsFromString('--no-parallel-scavenge');
}
