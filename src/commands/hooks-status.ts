import { inert } from '../model/inert.ts';
import { findClient } from '../platform/client-process.ts';
import type { Command } from './command.ts';
import { type InstalledClient, clientOfProject, hookPlanFor, installation, readRecord } from './project-hooks.ts';

/** `lockgate hooks status`: whether the hooks are in place, and fit the client that is there now. */
export const hooksStatus: Command = {
  name: 'hooks status',
  summary: 'Show whether the hooks are in place and fit the package manager',
  usage: '',
  description:
    'Exit code 0: the hook of this client and version is in place, and it finds lockgate. 1: something is missing, changed or out of date.',
  maxPositionals: 0,
  options: {
    client: {
      type: 'string',
      short: 'c',
      value: 'CLIENT[@VERSION]',
      description: 'npm, pnpm, yarn or bun; that of the project by default',
    },
  },
  examples: [['lockgate hooks status', 'in the project’s own folder']],
  run: async ({ text, environment }) => {
    const root = environment.cwd;
    const client = clientOfProject(root, text('client'), environment);
    const record = readRecord(root);
    if (record === undefined)
      return { exitCode: 1, stdout: `${titleOf(client)}: no hooks are installed here; lockgate hooks install writes them\n` };
    const plan = hookPlanFor(client);
    const vendored = record.files.includes('.lockgate/lockgate.mjs');
    // The launcher of a vendored lockgate carries its digest: whether that fits is proven when it runs.
    const changes = installation(root, client, plan, undefined).filter(
      ({ path }) => path !== '.lockgate/hooks.json' && !(vendored && path === '.lockgate/gate.cjs'),
    );
    const wrong = changes.filter(({ before, after }) => before !== after);
    const { variables, cwd } = environment;
    const named = variables['LOCKGATE'];
    const found = vendored
      ? '.lockgate/lockgate.mjs'
      : named !== undefined && named !== ''
        ? named
        : findClient('lockgate', { cwd, project: root, variables });
    const isReady = wrong.length === 0 && found !== undefined;
    const lines = [
      `${titleOf(client)}: ${plan.title}`,
      ...(record.client === client.profile.id
        ? []
        : [`installed for ${inert(record.client)} ${inert(record.clientVersion)}: run lockgate hooks install`]),
      ...changes.map(
        ({ path, before, after }) =>
          `  ${path}: ${before === after ? 'in place' : before === undefined ? 'missing' : 'not as it was written, or out of date'}`,
      ),
      `  lockgate: ${found === undefined ? 'not found: every install is refused' : inert(found)}`,
      ...plan.misses.map((one) => `does not stop: ${one}`),
      '',
    ];
    return { exitCode: isReady && record.client === client.profile.id ? 0 : 1, stdout: lines.join('\n') };
  },
};

function titleOf({ profile, version, from }: InstalledClient): string {
  return `${profile.title} ${version} (${from})`;
}
