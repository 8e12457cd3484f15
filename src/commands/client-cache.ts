import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Gate } from '../gate.ts';
import type { Milliseconds } from '../model/units.ts';
import { cacheFolders } from '../platform/cache.ts';
import { makeFolder, markUsed, removeUnused } from '../platform/folder.ts';
import { homeFolder } from '../platform/home.ts';
import { toolIdentity } from '../platform/tool-identity.ts';
import { version } from '../version.ts';
import type { ClientRun } from './client-run.ts';
import type { Environment } from './command.ts';

/** Where a client keeps what it fetched through the firewall. */
export interface ClientCache {
  readonly folder: string;
  /** Gone after the run. */
  readonly isTemporary: boolean;
}

const day = 24 * 60 * 60 * 1000;
const keptFor = 30 * day;

/**
 * The caches of this user's clients, apart for each way of judging: a client unpacks and runs what it finds in them without asking
 * anybody, so that nothing may be there which another policy, a waiver that has ended, `--allow-once` or another registry let in.
 * @param deciding what `decidingIn` says of the gate
 */
export function openClientCache({ command }: ClientRun, deciding: string, { variables }: Environment): ClientCache {
  // What ran once and is run again by name is fetched anew: clients start such a copy without asking anybody.
  const isTemporary = command.action.kind === 'run-remote';
  const all = makeFolder(join(cacheFolders(variables, homeFolder()).cache, 'clients'), false);
  removeUnused(all, keptFor);
  if (isTemporary) return { folder: makeFolder(all, true), isTemporary };
  const folder = makeFolder(join(all, deciding), false);
  markUsed(folder);
  return { folder, isTemporary };
}

/** Everything but the packages and the day that a verdict about a tarball depends on, as a short name. */
export function decidingIn({ policy, npm }: Gate, now: Milliseconds): string {
  const holding = policy.waivers.filter(({ expires }) => now < expires);
  const isBaselineOver = policy.baseline !== undefined && !(now < policy.baseline.expires);
  const registries = [npm.registry.value, ...[...npm.scopes].map(([scope, { value }]) => [scope, value])];
  return createHash('sha256')
    .update(JSON.stringify([toolIdentity(version), policy.digest, holding, isBaselineOver, registries]))
    .digest('hex')
    .slice(0, 16);
}
