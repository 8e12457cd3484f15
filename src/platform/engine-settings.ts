/**
 * Tells V8 that this process is a short one: it is over before optimised code pays for its compilation, which is a third of the CPU of
 * a typical command. Only the V8 of Node 20 has the flag by this name; others would complain on stderr.
 */
export function expectShortRun(): void {
  if (!process.versions.v8.startsWith('11.')) return;
  // Asked for here: an import would load it for every Node.
  process.getBuiltinModule('node:v8').setFlagsFromString('--interrupt-budget=1000000');
}
