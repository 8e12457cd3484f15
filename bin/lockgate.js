#!/usr/bin/env node
// Until main has answered, this run has proven nothing: a promise that never settles must not look like a pass.
process.exitCode = 2;
const { main } = await import('../dist/cli.js');
process.exitCode = await main(process.argv.slice(2));
