import { GateError } from '../model/gate-error.ts';
import type { Milliseconds } from '../model/units.ts';
import { readTrustText, writeTrustText } from '../platform/trust-store.ts';
import { fetchTufTargets } from '../platform/tuf.ts';
import { withDeadline } from '../platform/deadline.ts';
import { loadNpmConfiguration } from '../platform/npmrc.ts';
import { readTrustData, trustAge, type TrustData } from '../provenance/shipped-trust.ts';
import type { Command, CommandResult, Invocation } from './command.ts';

/** For one file of the repository, and for all of it: a red build does not wait. */
const fileTimeout = 5_000;
const totalTimeout = 20_000;

/** `lockgate trust`: what is believed without asking anybody, and how to bring it up to date. */
export const trust: Command = {
  name: 'trust',
  summary: 'Show or update the trust root and registry keys',
  usage: '[show | update]',
  description: [
    'show (default) names the logs, authorities and keys in use, and how old they are. Offline.',
    'update fetches them through The Update Framework from the public Sigstore repository, or from a mirror of your own.',
  ].join('\n'),
  maxPositionals: 1,
  options: {
    mirror: { type: 'string', value: 'URL', description: 'Another TUF repository; needs --root' },
    root: { type: 'string', value: 'FILE', description: 'The root.json to start from' },
    json: { type: 'boolean', description: 'Print data instead of words' },
  },
  examples: [
    ['lockgate trust', 'what is believed, and since when'],
    ['lockgate trust update', 'fetch the current trust root and keys'],
  ],
  run: async (invocation) => {
    const { variables, now } = invocation.environment;
    switch (invocation.positionals[0] ?? 'show') {
      case 'show':
        return show(readTrustData(readTrustText(variables)), invocation);
      case 'update':
        return update(invocation, now);
      default:
        throw new GateError('usage', `there is no \`lockgate trust ${invocation.positionals[0] ?? ''}\``, { hint: 'show or update' });
    }
  },
};

async function update(invocation: Invocation, now: Milliseconds): Promise<CommandResult> {
  const { variables, signal } = invocation.environment;
  const [mirror, rootFile] = [invocation.text('mirror'), invocation.text('root')];
  if (mirror !== undefined && rootFile === undefined) {
    throw new GateError('usage', '--mirror needs --root: without a root of its own, a repository could claim anything');
  }
  const { publicRegistry } = await loadNpmConfiguration({ env: variables });
  const targets = ['trusted_root.json', `${new URL(publicRegistry).host}/keys.json`];
  const request = {
    targets,
    timeout: fileTimeout,
    ...(mirror === undefined ? {} : { mirror: mirror.replace(/\/$/, '') }),
    ...(rootFile === undefined ? {} : { rootFile }),
  };
  const fetched = await withDeadline(totalTimeout, signal, (bounded) => within(fetchTufTargets(request), bounded));
  if ('problem' in fetched) {
    return { exitCode: 2, stderr: `the trust root was not updated: ${fetched.problem}\nthe one in use stays as it is\n` };
  }
  const [trustedRoot, registryKeys] = fetched.texts;
  const text = trustText(trustedRoot ?? '', registryKeys ?? '', mirror ?? 'the public Sigstore repository', now);
  const data = readTrustData(text);
  const path = writeTrustText(variables, text);
  const { stdout = '' } = show(data, invocation);
  return { exitCode: 0, stdout, stderr: `written to ${path}\n` };
}

type Fetched = { readonly texts: readonly string[] } | { readonly problem: string };

/** The update client cannot be aborted; what comes after the deadline is not waited for and not used. */
async function within(fetching: Promise<readonly string[]>, signal: AbortSignal): Promise<Fetched> {
  const settled = fetching.then(
    (texts): Fetched => ({ texts }),
    (error: unknown): Fetched => ({ problem: error instanceof Error ? error.message : String(error) }),
  );
  const late = new Promise<Fetched>((resolve) => {
    signal.addEventListener('abort', () => resolve({ problem: 'no answer before the deadline' }), { once: true });
  });
  return Promise.race([settled, late]);
}

function trustText(trustedRoot: string, registryKeys: string, from: string, now: Milliseconds): string {
  const content = {
    description: 'Trust root and registry keys, written by `lockgate trust update`.',
    source: `TUF, ${from}`,
    date: new Date(now).toISOString().slice(0, 10),
    trustedRoot: parse(trustedRoot),
    registryKeys: parse(registryKeys),
  };
  return `${JSON.stringify(content, null, 1)}\n`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GateError('input-invalid', 'the repository’s target is not JSON', { cause });
  }
}

function show(data: TrustData, { environment, flag }: Invocation): CommandResult {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  const summary = {
    date: day(data.date),
    source: data.source,
    age: trustAge(data, environment.now),
    trustRoot: data.trustRoot.digest,
    logs: data.trustRoot.logs.map(({ name, validity }) => ({ name, from: day(validity.start) })),
    registryKeys: data.registryKeys.map(({ keyid, usage, validity }) => ({
      keyid,
      usage,
      from: day(validity.start),
      ...(validity.end === undefined ? {} : { until: day(validity.end) }),
    })),
  };
  if (flag('json')) return { exitCode: 0, stdout: `${JSON.stringify(summary, null, 2)}\n` };
  const ages = {
    current: 'current',
    ageing: 'turns stale within 60 days: run `lockgate trust update`',
    stale: 'stale: run `lockgate trust update`',
  };
  const lines = [
    `trust root of ${summary.date} (${summary.source}), ${ages[summary.age]}`,
    `  sha256 ${summary.trustRoot}`,
    'logs',
    ...summary.logs.map(({ name, from }) => `  ${name} from ${from}`),
    'registry keys',
    ...summary.registryKeys.map((key) => `  ${key.keyid} for ${key.usage} from ${key.from}${'until' in key ? ` until ${key.until}` : ''}`),
  ];
  return { exitCode: 0, stdout: `${lines.join('\n')}\n` };
}
