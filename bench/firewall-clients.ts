/** The clients of the firewall's load test: each installs the whole tree as npm does and looks at every byte that it gets. */
import { createHash } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { ExpectedPackage } from './firewall-upstream.ts';

/** What came of some installs. */
export interface Figures {
  /** Milliseconds for each answer. */
  readonly documents: number[];
  readonly tarballs: number[];
  seconds: number;
  bytes: number;
  /** Other bytes than were published, a refused package that came, a good one that did not. */
  readonly wrong: string[];
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly milliseconds: number;
}

/** Documents as they came the first time. */
const seen = new Map<string, Buffer>();

/**
 * Installs so many times at once: all documents first, then all tarballs, over fifteen sockets each.
 * @param isGated whether the answers have to be those of a firewall
 */
export async function load(origin: string, count: number, expected: readonly ExpectedPackage[], isGated: boolean): Promise<Figures> {
  const figures: Figures = { documents: [], tarballs: [], seconds: 0, bytes: 0, wrong: [] };
  const begun = performance.now();
  await Promise.all(Array.from({ length: count }, () => install(origin, expected, isGated, figures)));
  figures.seconds = (performance.now() - begun) / 1_000;
  return figures;
}

async function install(origin: string, expected: readonly ExpectedPackage[], isGated: boolean, figures: Figures): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 15 });
  await Promise.all(
    expected.map(async ({ name, isRefused }) => {
      const { status, body, milliseconds } = await get(`${origin}/${name.replace('/', '%2f')}`, agent);
      figures.documents.push(milliseconds);
      figures.bytes += body.length;
      if (isGated && !isRefused && (status !== 200 || !isRightDocument(name, body))) figures.wrong.push(`document of ${name}: ${status}`);
    }),
  );
  await Promise.all(
    expected.map(async ({ name, version, sha512, isRefused }) => {
      const base = name.slice(name.lastIndexOf('/') + 1);
      const { status, body, milliseconds } = await get(`${origin}/${name}/-/${base}-${version}.tgz`, agent);
      figures.tarballs.push(milliseconds);
      figures.bytes += body.length;
      const isPublished = createHash('sha512').update(body).digest('hex') === sha512;
      const isRight = isRefused ? status === 403 && !isPublished : status === 200 && isPublished;
      if (isGated && !isRight) figures.wrong.push(`${name}@${version}: ${status} ${body.subarray(0, 200).toString('latin1')}`);
    }),
  );
  agent.destroy();
}

/** Read once; afterwards it has to be the same. */
function isRightDocument(name: string, body: Buffer): boolean {
  const known = seen.get(name);
  if (known !== undefined) return known.equals(body);
  seen.set(name, body);
  return gunzipSync(body).includes(`"name":${JSON.stringify(name)}`);
}

/** Asks as npm does, unless the headers say otherwise. */
export function get(url: string, agent: Agent, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const begun = performance.now();
  return new Promise((done, fail) => {
    const sent = httpRequest(
      url,
      { agent, headers: { 'user-agent': 'npm/11.0.0 node/v20', accept: 'application/json', 'accept-encoding': 'gzip', ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks), milliseconds: performance.now() - begun }),
        );
      },
    );
    sent.on('error', fail);
    sent.end();
  });
}
