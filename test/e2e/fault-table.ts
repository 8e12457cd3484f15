import type { Fault } from '../loopback-registry/faults.ts';

const day = 86_400_000;
const year = 365 * day;

/** One row of docs/faults.md: what goes wrong, and what somebody sees of it. */
export interface FaultRow {
  readonly fault: string;
  /** A piece of the output, word for word; the registry is called registry.example. */
  readonly sees: string;
  /** Beginning with the exit code of the run that meets the fault. */
  readonly exit: 0 | 1 | 2 | 3;
}

/** Something that goes wrong between here and the registry, or that the registry does. */
export interface WorldFault extends FaultRow {
  /** What the registry does from the first run on, or, with `before`, from the second. */
  readonly faults?: readonly Fault[];
  /** An honest run comes first, so that something is remembered; then the lockfile moves to a version that is new. */
  readonly isAfterHonestRun?: true;
  /** How far this machine's clock is off, in milliseconds. */
  readonly clock?: number;
  /** In place of the loopback registry's address. */
  readonly registry?: string;
  readonly timeout?: string;
}

type Document = Readonly<Record<string, unknown>>;

/** Changes one field of the locked version. */
function lying(change: (version: { dist: Record<string, unknown>; [field: string]: unknown }) => void): Fault {
  return {
    path: '/left-pad',
    type: 'change',
    change: (document: Document) => {
      const copy = structuredClone(document) as { versions: Record<string, { dist: Record<string, unknown> }> }; // as the registry builds it
      for (const version of Object.values(copy.versions)) change(version);
      return copy;
    },
  };
}

const everything = /./;

/** A run of `lockgate check` over two packages, left-pad@1.3.0 and @acme/ui@2.0.0, with one thing wrong. */
export const worldFaults: readonly WorldFault[] = [
  {
    fault: 'The registry refuses connections',
    registry: 'http://127.0.0.1:9/',
    exit: 3,
    sees: '127.0.0.1:9: 2 packages',
  },
  {
    fault: 'The registry answers 503 to everything',
    faults: [{ path: everything, type: 'status', status: 503 }],
    exit: 3,
    sees: 'registry.example answers 503',
  },
  {
    fault: 'The registry answers 503 for one package of two',
    faults: [{ path: '/left-pad', type: 'status', status: 503 }],
    exit: 3,
    sees: 'registry.example: 1 package (node_modules/left-pad)',
  },
  {
    fault: 'The registry flaps: every other answer is 503',
    faults: [{ path: everything, type: 'status', status: 503, times: 2 }],
    exit: 0,
    sees: 'PASS  package-lock.json: 0 errors',
  },
  {
    fault: 'The registry drops two connections in the middle of an answer',
    faults: [{ path: everything, type: 'truncate', times: 2 }],
    exit: 0,
    sees: 'PASS  package-lock.json: 0 errors',
  },
  {
    fault: 'The registry asks for patience (429, Retry-After) and gives in',
    faults: [{ path: everything, type: 'status', status: 429, headers: { 'retry-after': '1' }, times: 1 }],
    exit: 0,
    sees: 'PASS  package-lock.json: 0 errors',
  },
  {
    fault: 'The registry asks for more patience than the time limit has',
    faults: [{ path: '/left-pad', type: 'status', status: 429, headers: { 'retry-after': '3600' } }],
    timeout: '10',
    exit: 3,
    sees: 'registry.example answers 429',
  },
  {
    fault: 'The registry is slow, but in time',
    faults: [{ path: everything, type: 'delay', milliseconds: 300 }],
    exit: 0,
    sees: 'PASS  package-lock.json: 0 errors',
  },
  {
    fault: 'The registry takes a question and never answers',
    faults: [{ path: '/left-pad', type: 'hang' }],
    timeout: '1',
    exit: 3,
    sees: 'no answer before the deadline of this run',
  },
  {
    fault: 'The registry answers a byte at a time, without end',
    faults: [{ path: '/left-pad', type: 'drip', milliseconds: 50 }],
    timeout: '1',
    exit: 3,
    sees: 'no answer before the deadline of this run',
  },
  {
    fault: 'The registry cuts every answer about a package off',
    faults: [{ path: '/left-pad', type: 'truncate' }],
    exit: 3,
    sees: 'registry.example could not be asked: ECONNRESET',
  },
  {
    fault: 'A gzip bomb',
    faults: [{ path: '/left-pad', type: 'gzip-bomb', bytes: 80 * 1024 * 1024 }],
    exit: 3,
    sees: 'INCONCLUSIVE  package-lock.json',
  },
  {
    fault: 'A login page with status 200 in place of the document',
    faults: [{ path: '/left-pad', type: 'body', body: '<html>Please sign in</html>', headers: { 'content-type': 'text/html' } }],
    exit: 3,
    sees: 'the answer is not a JSON object',
  },
  {
    fault: 'The registry is asked who it is (401)',
    faults: [{ path: everything, type: 'status', status: 401 }],
    exit: 3,
    sees: 'registry.example answers 401',
  },
  {
    fault: 'The registry sends on to this machine',
    faults: [{ path: '/left-pad', type: 'redirect', to: 'http://localhost:1/left-pad' }],
    exit: 3,
    sees: 'INCONCLUSIVE  package-lock.json',
  },
  {
    fault: 'The registry’s keys do not come',
    faults: [{ path: '/-/npm/v1/keys', type: 'status', status: 503 }],
    exit: 3,
    sees: 'inconclusive[registry-signature]',
  },
  {
    fault: 'The advisories do not come',
    faults: [{ path: '/-/npm/v1/security/advisories/bulk', type: 'status', status: 503 }],
    exit: 3,
    sees: 'inconclusive[advisory, malware]',
  },
  {
    fault: 'A lie: other bytes than the lockfile names',
    faults: [lying(({ dist }) => (dist['integrity'] = `sha512-${Buffer.alloc(64, 1).toString('base64')}`))],
    exit: 1,
    sees: 'error[registry-integrity/differs]: left-pad@1.3.0 is locked to bytes that the registry does not have',
  },
  {
    fault: 'A lie: a signature over something else',
    faults: [
      lying(({ dist }) => (dist['signatures'] = (dist['signatures'] as readonly object[]).map((one) => ({ ...one, sig: 'MEUCIQDa' })))),
    ],
    exit: 1,
    sees: 'error[registry-signature/invalid]',
  },
  {
    fault: 'A lie: signatures taken away from one version',
    faults: [lying(({ dist }) => delete dist['signatures'])],
    exit: 1,
    sees: 'error[registry-signature/missing]',
  },
  {
    fault: 'A lie: the document of another package',
    faults: [{ path: '/left-pad', type: 'change', change: (document) => ({ ...document, name: 'right-pad' }) }],
    exit: 3,
    sees: 'the document is about another package',
  },
  {
    fault: 'A lie: a version under the number of another',
    faults: [lying((version) => (version['version'] = '1.2.9'))],
    exit: 3,
    sees: 'a version is listed under another version',
  },
  {
    fault: 'A lie: publish times taken away',
    faults: [{ path: '/left-pad', type: 'change', change: (document) => ({ ...document, time: undefined }) }],
    exit: 3,
    sees: 'its registry document has no publish times',
  },
  {
    fault: 'A lie: publish times in the future',
    faults: [{ path: '/left-pad', type: 'change', change: (document) => ({ ...document, time: { '1.3.0': '2999-01-01T00:00:00.000Z' } }) }],
    exit: 1,
    sees: 'error[release-age/',
  },
  {
    fault: 'A stale cache on the way: 304 to a question without condition',
    faults: [{ path: '/left-pad', type: 'not-modified' }],
    exit: 3,
    sees: 'registry.example answers 304 to a question without conditions',
  },
  {
    fault: 'A stale ETag: 304 although a version has come',
    isAfterHonestRun: true,
    faults: [{ path: '/left-pad', type: 'not-modified' }],
    exit: 3,
    sees: 'registry.example answers 304 to a question without conditions',
  },
  {
    fault: 'One ETag for every state of a document',
    isAfterHonestRun: true,
    faults: [{ path: everything, type: 'etag', etag: '"always"' }],
    exit: 1,
    sees: 'error[release-age/too-new]: left-pad@1.3.1 was published',
  },
  {
    fault: 'The registry’s name does not resolve',
    registry: 'http://registry.invalid/',
    exit: 3,
    sees: 'registry.invalid could not be asked: E',
  },
  {
    fault: 'Plain HTTP where TLS is asked for',
    registry: 'https',
    exit: 3,
    sees: 'registry.example could not be asked: E',
  },
  {
    fault: 'This machine’s clock is a year behind',
    clock: -year,
    exit: 0,
    sees: 'PASS  package-lock.json: 0 errors',
  },
  {
    fault: 'This machine’s clock is a year behind, and a release is an hour old',
    isAfterHonestRun: true,
    clock: -year,
    exit: 1,
    sees: 'error[release-age/too-new]: left-pad@1.3.1',
  },
  {
    fault: 'This machine’s clock is a year ahead',
    clock: year,
    exit: 3,
    sees: "this machine's clock is 11 months ahead of registry.example, so that no age is proven",
  },
];

/** What goes wrong on this machine; `faults-process.test.ts` tries each with the real command. */
export const processFaults: readonly FaultRow[] = [
  { fault: 'SIGINT while the registry is waited for', exit: 2, sees: 'error: interrupted; nothing was decided' },
  { fault: 'SIGTERM while the registry is waited for', exit: 2, sees: 'error: interrupted; nothing was decided' },
  { fault: 'No space left for the cache', exit: 0, sees: 'remembered: ENOSPC' },
  { fault: 'No space left for a report', exit: 2, sees: 'error: the output cannot be written: ENOSPC' },
  { fault: 'No space left for what is printed', exit: 2, sees: 'error: the output cannot be written: ENOSPC' },
  { fault: 'No file may grow (ulimit -f)', exit: 0, sees: 'note: nothing is remembered between runs: EFBIG' },
];

/** docs/faults.md. */
export function renderFaultTable(): string {
  const row = ({ fault, sees, exit }: FaultRow): string => `| ${fault} | \`${sees}\` | ${exit} |`;
  const table = (rows: readonly FaultRow[]): string =>
    ['| what goes wrong | what the report or message holds | exit code |', '| --- | --- | --- |', ...rows.map(row)].join('\n');
  return `# What happens when something goes wrong

Every row is a test (\`test/e2e/fault-table.ts\`), and this file is written by it. Exit codes: 0 pass, 1 fail, 2 could not run,
3 inconclusive. In every row: no pass that is not proven, no file half-written, and the next run without the fault
passes: at once, or, where the registry lied, when its document is asked for again after five minutes.

## The registry and the line to it

${table(worldFaults)}

## This machine

${table(processFaults)}
`;
}
