import { type KnownCommand, type KnownCommands, knownCommands } from '../evidence/known-commands.ts';
import { type Tarball, tarball } from '../evidence/tarball.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';

/** The shipped list never changes while the process runs, and a registry proxy assesses one package at a time. */
const lists = new WeakMap<CollectorPorts['readShipped'], ReadonlyMap<string, KnownCommand>>();

/** Looks the commands of each tarball up in the list that ships under `allowlists/commands/`. */
export function createKnownCommandsCollector({ readShipped }: Pick<CollectorPorts, 'readShipped'>): Collector<KnownCommands> {
  return {
    key: knownCommands,
    after: [tarball],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, { collected }) => {
      const known = lists.get(readShipped) ?? readList(readShipped('commands/well-known.json'));
      lists.set(readShipped, known);
      const observations = new Map<string, Observation<KnownCommands>>();
      for (const subject of requests.keys()) {
        const read = collected.get(tarball, subject);
        if (read !== undefined) observations.set(subject, read.state === 'known' ? { ...read, value: lookUp(read.value, known) } : read);
      }
      return observations;
    },
  };
}

function lookUp(read: Tarball, known: ReadonlyMap<string, KnownCommand>): KnownCommands {
  const commands = read.status === 'read' ? Object.keys(read.manifest?.bin ?? {}).sort() : [];
  // Windows and macOS find `Git` as well as `git`.
  return { commands: commands.flatMap((command) => [known.get(command.toLowerCase()) ?? []].flat().map((one) => ({ ...one, command }))) };
}

interface WellKnown {
  readonly system: readonly string[];
  /** Command to the packages that bring it; also for commands of the system that a package is named after. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
}

function readList(bytes: Uint8Array): ReadonlyMap<string, KnownCommand> {
  const { system, packages } = JSON.parse(Buffer.from(bytes).toString('utf8')) as WellKnown; // our own file, held to its schema by a test
  const list = new Map(Object.entries(packages).map(([command, owners]) => [command, { command, owners, isSystem: false }]));
  for (const command of system) list.set(command, { command, owners: list.get(command)?.owners ?? [], isSystem: true });
  return list;
}
