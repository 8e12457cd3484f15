import { logLine } from '../firewall/log-line.ts';
import { type Firewall, startFirewall } from '../firewall/firewall.ts';
import { createGate } from '../gate.ts';
import { GateError } from '../model/gate-error.ts';
import { systemClock } from '../platform/clock.ts';
import { expectLongRun } from '../platform/engine-settings.ts';
import { onHangUp } from '../platform/hang-up.ts';
import type { Command, Environment, Invocation } from './command.ts';
import { defaultPolicyFile, namedPolicy, settingsOnDisk } from './project-settings.ts';

/** `lockgate serve`: a registry for a team, in which nothing is that the policy refuses. */
export const serve: Command = {
  name: 'serve',
  summary: 'Be a registry that lets through only what the policy accepts',
  usage: '',
  description: [
    'Clients set their registry to it. Documents lack the versions that are refused; a tarball is judged, by its very bytes, before',
    'the first of them is sent; what is refused or cannot be verified is answered with 403 and the reason. Registries, scopes and',
    `credentials come from npm's own configuration here and reach no client; the policy is --policy, or the nearest ${defaultPolicyFile}.`,
    '',
    'Beyond this machine (--host) clients have to present the token in LOCKGATE_TOKEN. TLS is the task of what stands in front.',
    'One line of JSON for each request and decision goes to stderr. SIGHUP reads the policy again, SIGTERM ends in order.',
  ].join('\n'),
  maxPositionals: 0,
  options: {
    port: { type: 'string', value: 'PORT', description: 'Where to listen, 4873 by default; 0 for a free port' },
    host: { type: 'string', value: 'ADDRESS', description: 'Address to listen on, 127.0.0.1 by default' },
    'public-url': { type: 'string', value: 'URL', description: 'The address that clients use, where something stands in front' },
    registry: { type: 'string', value: 'URL', description: "The registry behind it, in place of npm's configuration" },
    policy: { type: 'string', short: 'p', value: 'FILE', description: 'Another policy file' },
    quiet: { type: 'boolean', short: 'q', description: 'Log decisions and trouble, and not each request' },
  },
  examples: [
    ['lockgate serve', 'on http://127.0.0.1:4873/'],
    ['LOCKGATE_TOKEN=... lockgate serve --host 0.0.0.0 --public-url https://npm.acme.example', 'for a team, behind TLS'],
    ['npm config set registry http://127.0.0.1:4873/', 'the client, with replace-registry-host=always for old lockfiles'],
  ],
  run: async (invocation) => {
    expectLongRun();
    const { environment } = invocation;
    const firewall = await startFirewall(optionsOf(invocation));
    const endListening = onHangUp(() => void reload(firewall, environment));
    try {
      await aborted(environment.signal);
    } finally {
      endListening();
      await firewall.stop();
    }
    return { exitCode: 0 };
  },
};

function optionsOf({ text, flag, environment }: Invocation): Parameters<typeof startFirewall>[0] {
  const { variables, cwd, onEvent } = environment;
  const host = text('host');
  const token = variables['LOCKGATE_TOKEN'];
  const publicUrl = addressOf('public-url', text('public-url'));
  const registry = addressOf('registry', text('registry'));
  if (token === '') throw new GateError('usage', 'LOCKGATE_TOKEN is empty: unset it, or give it a value');
  return {
    port: portOf(text('port') ?? '4873'),
    now: systemClock,
    onEvent: (event) => {
      if (event.type !== 'request' || !flag('quiet')) onEvent(logLine(event, systemClock()));
    },
    // Read anew each time that the gate is opened: the policy and the configuration of npm as they are then.
    openGate: (transport) => {
      const settings = settingsOnDisk(cwd, cwd);
      const named = text('policy');
      const policy = named === undefined ? settings.policy : namedPolicy(named, cwd);
      return createGate({
        now: systemClock(),
        variables: registry === undefined ? variables : { ...variables, npm_config_registry: registry },
        isDeep: true,
        transport,
        ...(policy === undefined ? {} : { policy }),
        ...(settings.npmrc === undefined ? {} : { npmrc: settings.npmrc }),
        ...(settings.baseline === undefined ? {} : { baseline: settings.baseline }),
      });
    },
    ...(host === undefined ? {} : { host }),
    ...(token === undefined ? {} : { token }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}

async function reload(firewall: Firewall, { onEvent }: Environment): Promise<void> {
  try {
    await firewall.reload();
  } catch (error) {
    const place = error instanceof GateError && error.location !== undefined ? ` (${error.location.file}:${error.location.line})` : '';
    const what = error instanceof Error ? error.message : String(error);
    onEvent(logLine({ type: 'trouble', what: `the old policy goes on: ${what}${place}` }, systemClock()));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new GateError('usage', `--port needs a number up to 65535, not ${JSON.stringify(text)}`);
  return port;
}

function addressOf(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new GateError('usage', `--${option} needs an http(s) address, not ${JSON.stringify(text)}`);
  }
  return url.href.replace(/\/+$/, '');
}
