/**
 * Minutes of mixed load on a running firewall, and its memory meanwhile: installs by npm, clients that want documents otherwise, names
 * that nobody publishes (others each time), clients that hang up in the middle of an answer, and once a minute a new policy, by which
 * everything is judged again.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { get, load } from './firewall-clients.ts';
import type { ExpectedPackage } from './firewall-upstream.ts';

export interface Endurance {
  readonly address: string;
  readonly pid: number;
  readonly expected: readonly ExpectedPackage[];
  readonly minutes: number;
  /** Installs at once. */
  readonly installs: number;
}

/** What a process holds; MiB, but for the files. */
interface Memory {
  readonly minute: number;
  readonly resident: number;
  readonly heap: number;
  /** Open files and sockets. */
  readonly files: number;
}

const mebibyte = 1024 * 1024;
/** More than this between the middle minute and the last one, in MiB, is a leak: a tree's worth of anything is larger. */
const mostGrowth = { resident: 32, heap: 12 };

/** In less, in minutes, what may be kept is not full by the middle: that is growth, and no leak. */
const shortest = 3;

/** Prints a line of memory for every ten seconds; what was wrong, a leak among it. */
export async function endure({ address, pid, expected, minutes, installs }: Endurance): Promise<readonly string[]> {
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 60_000;
  const samples: Memory[] = [];
  const wrong: string[] = [];
  let [answers, wave] = [0, 0];

  const watching = (async () => {
    while (elapsed() < minutes) {
      await sleep(10_000);
      const sample = { ...(await memoryOf(address, pid)), minute: elapsed() };
      samples.push(sample);
      const { resident, heap, files, minute } = sample;
      console.log(`${minute.toFixed(1)} min: resident ${resident} MiB, heap ${heap} MiB, ${files} files and sockets, ${answers} answers`);
    }
  })();
  for (let reloaded = 0; elapsed() < minutes; wave += 1) {
    if (elapsed() > reloaded + 1) {
      reloaded += 1;
      process.kill(pid, 'SIGHUP');
    }
    const [figures, others] = await Promise.all([load(address, installs, expected, true), oddClients(address, expected, wave)]);
    answers += figures.documents.length + figures.tarballs.length + others;
    wrong.push(...figures.wrong);
  }
  await watching;
  return [...wrong, ...growthIn(samples, minutes)];
}

/** Everybody who is no npm; the number of requests. */
async function oddClients(address: string, expected: readonly ExpectedPackage[], wave: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 15 });
  const some = expected.filter((_, index) => index % 8 === wave % 8);
  const accept = 'application/vnd.npm.install-v1+json';
  const urls = some.map(({ name }) => `${address}/${name.replace('/', '%2f')}`);
  await Promise.all([
    ...urls.map((url) => get(url, agent, { 'user-agent': 'pnpm/12', accept, 'accept-encoding': 'br' })),
    ...urls.map((url) => get(url, agent, { 'user-agent': 'Bun/1.3', accept, 'accept-encoding': 'identity' })),
    ...some.map(({ name, version }) => get(`${address}/${name.replace('/', '%2f')}/${version}`, agent)),
    ...some.map((_, index) => get(`${address}/nobody-publishes-${wave}-${index}`, agent)),
    ...urls.map((url) => hangUp(url)),
  ]);
  agent.destroy();
  return urls.length * 5;
}

/** Asks for a document and leaves when its first bytes are there. */
function hangUp(url: string): Promise<void> {
  return new Promise((done) => {
    const sent = httpRequest(url, { headers: { 'accept-encoding': 'identity' } }, (response) => {
      response.once('data', () => sent.destroy());
      response.on('error', () => undefined);
    });
    sent.on('error', () => undefined);
    sent.on('close', () => done());
    sent.end();
  });
}

/** What the firewall says of itself; the files by the system, where it has /proc. */
export async function memoryOf(address: string, pid: number): Promise<Omit<Memory, 'minute'>> {
  const agent = new Agent();
  const text = (await get(`${address}/-/lockgate/metrics`, agent)).body.toString('utf8');
  agent.destroy();
  const mebibytes = (name: string): number => Math.round(gaugeIn(text, name) / mebibyte);
  return { resident: mebibytes('lockgate_resident_memory_bytes'), heap: mebibytes('lockgate_heap_used_bytes'), files: openFiles(pid) };
}

function openFiles(pid: number): number {
  return process.platform === 'linux' ? readdirSync(`/proc/${pid}/fd`).length : Number.NaN;
}

/** Seconds of CPU that a process has used, all its threads together; NaN where the system has no /proc. */
export function cpuSeconds(pid: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  // The command's name may hold blanks and brackets: fields are counted from its end (proc(5)). Linux counts 100 ticks a second.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The least of the middle minute (what may be kept is full by then) beside the least of the last one: garbage does not count. */
function growthIn(samples: readonly Memory[], minutes: number): readonly string[] {
  return (['resident', 'heap'] as const).flatMap((what) => {
    const least = (from: number, to: number): number =>
      Math.min(...samples.filter(({ minute }) => minute >= from && minute <= to).map((sample) => sample[what]));
    const [early, late] = [least((minutes - 1) / 2, (minutes + 1) / 2), least(minutes - 1, Number.POSITIVE_INFINITY)];
    console.log(`${what}: ${early} MiB at the least in the middle minute, ${late} MiB in the last`);
    return minutes < shortest || late - early <= mostGrowth[what] ? [] : [`${what} memory grew from ${early} to ${late} MiB`];
  });
}

function gaugeIn(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}
