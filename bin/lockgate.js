#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// Until main has answered, this run has proven nothing: a promise that never settles must not look like a pass.
process.exitCode = 2;
run().catch((error) => {
  // Where nothing can be written any more, the exit code still can.
  console.error(error);
  process.exit(2);
});

async function run() {
  // Node starts CommonJS without what it reads ES modules with, which takes a tenth of a short run: the bundled command is that.
  const bundled = join(__dirname, '..', 'dist', 'chunks', 'cli.cjs');
  const { main } = existsSync(bundled) ? require(bundled) : await import('../dist/cli.js');
  const exitCode = await main(process.argv.slice(2));
  // All output is out. Node by itself would first finish collecting garbage that goes with the process anyway.
  process.exit(exitCode);
}
