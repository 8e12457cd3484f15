#!/usr/bin/env node
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// Until main has answered, this run has proven nothing: a promise that never settles must not look like a pass.
process.exitCode = 2;
void run();

async function run() {
  // Node starts CommonJS without what it reads ES modules with, which takes a tenth of a short run: the bundled command is that.
  const bundled = join(__dirname, '..', 'dist', 'chunks', 'cli.cjs');
  const { main } = existsSync(bundled) ? require(bundled) : await import('../dist/cli.js');
  const exitCode = await main(process.argv.slice(2));
  // All output is out. Node by itself would first finish collecting garbage that goes with the process anyway.
  process.exit(exitCode);
}
