import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

/** A PostgreSQL server of a test's own, on a free loopback port, with its data in the temporary folder. */
export interface PostgresqlServer {
  readonly port: number;
  /** A URL of a fresh, empty database. */
  readonly createDatabase: () => Promise<string>;
  /** Bytes of a database on disk. */
  readonly sizeOf: (url: string) => Promise<number>;
  /** As a crash: connections break, nothing is tidied up. */
  readonly kill: () => void;
  readonly start: () => void;
  /** Ends connections and the server, and begins again. */
  readonly restart: () => void;
  /** Ends the server and deletes its data. */
  readonly remove: () => void;
}

const programs = programFolder();

export const hasPostgresql: boolean = programs !== undefined;

/** For the title of what needs it. */
export const whereSkipped: string = hasPostgresql ? '' : ' (skipped: initdb and pg_ctl of PostgreSQL are not installed)';

/** PostgreSQL refuses to run as root: then it runs as the user that its package has made. */
const account = process.getuid?.() === 0 ? postgresAccount() : undefined;

export async function startPostgresql(): Promise<PostgresqlServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-pg-'));
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const port = await freePort();
  run('initdb', ['-D', data, '-U', 'lockgate', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions']);
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c max_connections=60`;
  const start = (): void => run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start']);
  const stop = (mode: 'fast' | 'immediate'): void => run('pg_ctl', ['-D', data, '-w', '-m', mode, 'stop']);
  start();

  const urlOf = (name: string): string => `postgres://lockgate@127.0.0.1:${port}/${name}`;
  let databases = 0;
  return {
    port,
    createDatabase: async () => {
      const name = `audits_${++databases}`;
      await ask(urlOf('postgres'), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    sizeOf: async (url) => Number(Object.values((await ask(url, 'SELECT pg_database_size(current_database())'))[0] ?? {})[0]),
    kill: () => stop('immediate'),
    start,
    restart: () => {
      stop('fast');
      start();
    },
    remove: () => {
      if (existsSync(join(data, 'postmaster.pid'))) stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function run(program: string, args: readonly string[]): void {
  const outcome: SpawnSyncReturns<string> = spawnSync(join(programs ?? '', program), args, {
    // The server inherits these: a pipe would keep this call waiting for as long as the server runs.
    stdio: ['ignore', 'ignore', program === 'initdb' ? 'pipe' : 'ignore'],
    encoding: 'utf8',
    cwd: tmpdir(),
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid, env: { PATH: process.env['PATH'] } }),
  });
  if (outcome.status !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${outcome.status} ${outcome.stderr ?? ''}`);
}

/** Debian keeps the programs of each major version apart, outside of the PATH. */
function programFolder(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env['PATH'] ?? '').split(':')];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')));
}

function postgresAccount(): { readonly uid: number; readonly gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error('there is no user postgres to run PostgreSQL as');
  return { uid: Number(uid), gid: Number(gid) };
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no port'))));
    });
  });
}
