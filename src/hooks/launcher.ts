/**
 * The file that every hook goes through, as it is written into a project: it finds lockgate, asks it, and refuses when there is
 * none. Plain CommonJS for whatever Node (or bun) the package manager runs on.
 *
 * Never taken from `node_modules`: on npm 11 and older the hook runs when foreign files are there already, and a dependency
 * that calls a command `lockgate` or `node` would be its own judge.
 */
export function launcherText(options: { readonly vendoredDigest?: string }): string {
  return `${launcherHead}const vendoredDigest = ${JSON.stringify(options.vendoredDigest ?? '')};\n${launcherBody}`;
}

const launcherHead = `'use strict';
// Written by \`lockgate hooks install\`; \`lockgate hooks remove\` takes it away. Asks lockgate whether this project's
// dependencies may be used. Without a clear yes, the install stops.
const { spawn, spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { accessSync, constants, readFileSync, realpathSync, statSync, writeSync } = require('node:fs');
const { delimiter, dirname, isAbsolute, join, relative, sep } = require('node:path');

/** SHA-256 of .lockgate/lockgate.mjs, where it was put there; empty otherwise. */
`;

const launcherBody = String.raw`
const project = dirname(__dirname);

/** Runs lockgate and waits. What it has to say goes to stderr. Answers its exit code; 0 alone is a yes. */
function check(hook) {
  const { file, args, env } = invocation(hook);
  const { status } = spawnSync(file, args, { cwd: project, env, stdio: ['ignore', 'ignore', 'inherit'] });
  return status === null ? 2 : status;
}

/** Judges packages ({ name, version, integrity, url }). Rejects with what lockgate says unless it passes all of them. */
function judge(packages) {
  return new Promise((resolve, reject) => {
    const { file, args, env } = invocation('packages');
    const child = spawn(file, args, { cwd: project, env, stdio: ['pipe', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.on('data', (chunk) => (words += chunk));
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(words.trim() || 'lockgate did not pass this install'))));
    child.stdin.on('error', () => undefined);
    child.stdin.end(JSON.stringify(packages));
  });
}

const known = new Map();
let waiting = [];
/** Judges one package; those that arrive within a moment are judged together, and none twice. */
function judgeSoon(one) {
  const key = JSON.stringify(one);
  const before = known.get(key);
  if (before !== undefined) return before;
  if (waiting.length === 0) setTimeout(judgeWaiting, 30);
  const answer = new Promise((resolve, reject) => waiting.push({ one, resolve, reject }));
  known.set(key, answer);
  return answer;
}

function judgeWaiting() {
  const batch = waiting;
  waiting = [];
  judge(batch.map(({ one }) => one)).then(
    () => batch.forEach(({ resolve }) => resolve()),
    (error) => batch.forEach(({ reject }) => reject(error)),
  );
}

function invocation(hook) {
  const [file, ...first] = lockgate();
  const PATH = folders().join(delimiter);
  return { file, args: [...first, 'hooks', 'gate', hook], env: { ...process.env, PATH, ...registryOfYarn() } };
}

/** yarn 1 tells its scripts its own default as npm_config_registry, which would outrank the .npmrc that it goes by itself. */
function registryOfYarn() {
  if (!/^yarn\/1\./.test(process.env.npm_config_user_agent || '')) return {};
  return { npm_config_registry: process.env.YARN_REGISTRY || undefined };
}

/** What is pinned in the project, else what LOCKGATE names, else what PATH has. */
function lockgate() {
  if (vendoredDigest !== '') {
    const file = join(__dirname, 'lockgate.mjs');
    if (createHash('sha256').update(readFileSync(file)).digest('hex') !== vendoredDigest)
      throw new Error('lockgate: .lockgate/lockgate.mjs is not the file that the hooks were installed with; lockgate hooks install writes it anew');
    return [node(), file];
  }
  const named = process.env.LOCKGATE;
  if (named !== undefined && named !== '') {
    if (!isAbsolute(named) || !isFile(named)) throw new Error('lockgate: LOCKGATE names no file by its whole path: ' + named);
    return /\.[cm]?js$/.test(named) ? [node(), named] : [named];
  }
  const found = find('lockgate');
  if (found === undefined)
    throw new Error(
      'lockgate: this project lets nothing be installed unjudged, and lockgate is not on PATH (node_modules does not count).\n' +
        '  npm install --global lockgate, or set LOCKGATE to its file, or have it in the project: lockgate hooks install --vendor',
    );
  // The file behind the link is JavaScript: it runs on this Node, whatever PATH calls node.
  const file = realpathSync(found);
  return /\.[cm]?js$/.test(file) ? [node(), file] : [file];
}

function node() {
  if (process.versions.bun === undefined) return process.execPath;
  const found = find('node');
  if (found === undefined) throw new Error('lockgate: Node is not on PATH');
  return found;
}

function find(program) {
  return folders().map((folder) => join(folder, program)).find(isExecutable);
}

/** The folders of PATH that no dependency writes to. */
function folders() {
  return (process.env.PATH || '').split(delimiter).filter((folder) => isAbsolute(folder) && !folder.split(sep).includes('node_modules') && !isInside(folder));
}

function isInside(folder) {
  const way = relative(project, folder);
  return !(way === '..' || way.startsWith('..' + sep) || isAbsolute(way));
}

function isFile(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && stats.isFile();
}

function isExecutable(file) {
  if (!isFile(file)) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

module.exports = { check, judge, judgeSoon, project };

if (require.main === module) {
  // A published package brings its hooks along: at its consumers they are nobody's.
  const isConsumed = __dirname.split(sep).includes('node_modules') && !isInside(process.env.INIT_CWD || '/');
  process.exitCode = isConsumed ? 0 : 1;
  try {
    if (!isConsumed) process.exitCode = check(process.argv[2] || 'install') === 0 ? 0 : 1;
  } catch (error) {
    writeSync(2, error.message + '\n');
  }
}
`;
