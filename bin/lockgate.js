#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';

// Until main has answered, this run has proven nothing: a promise that never settles must not look like a pass.
process.exitCode = 2;
// A short run is over before optimised code pays for its compilation: about a third of the CPU of a typical command. Only the V8 of
// Node 20 has the flag by this name; others would complain on stderr.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=1000000');
const { main } = await import('../dist/cli.js');
process.exitCode = await main(process.argv.slice(2));
