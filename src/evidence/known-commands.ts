import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import { tarballSubject } from './tarball.ts';

/** A command of a package that somebody else is known for. */
export interface KnownCommand {
  readonly command: string;
  /** Packages that rightly bring it; empty for a command of the system alone. */
  readonly owners: readonly string[];
  readonly isSystem: boolean;
}

/** Which of a version's commands carry a well-known name, sorted by command. */
export interface KnownCommands {
  readonly commands: readonly KnownCommand[];
}

const shape = v.object({
  commands: v.array(v.object({ command: v.string(), owners: v.array(v.string()), isSystem: v.boolean() })),
});

/** From the embedded list of well-known commands and the tarball's own package.json. Same subjects as `tarball`. */
export const knownCommands: EvidenceKey<KnownCommands> = {
  id: 'known-commands',
  shape: (value): value is KnownCommands => v.is(shape, value),
  subjectOf: tarballSubject,
};
