/**
 * Preloaded: writes what the threads of this process do into the file THREADS, a word a line: `started`, the script, `answered`. With THREADS_FAULT they
 * cannot be started (`start`), end after three answers (`die`) or never hear a question (`deaf`).
 */
const { appendFileSync } = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const threads = require('node:worker_threads');

const { THREADS: file, THREADS_FAULT: fault } = process.env;
const { Worker } = threads;
threads.Worker = class extends Worker {
  constructor(...given) {
    if (fault === 'start') throw Object.assign(new Error('no thread is left'), { code: 'ERR_WORKER_INIT_FAILED' });
    super(...given);
    let answers = 0;
    appendFileSync(file, `started\n${given[0]}\n`);
    this.on('message', () => {
      appendFileSync(file, 'answered\n');
      if (++answers === 3 && fault === 'die') void this.terminate();
    });
  }

  postMessage(...given) {
    if (fault !== 'deaf') super.postMessage(...given);
  }
};
// What is imported by name is what was exported before.
syncBuiltinESMExports();
