import type { ClientCommand, ClientProfile } from '../clients/client.ts';
import type { ProjectRoot } from '../exec/project-root.ts';

/** One command of a package manager, understood, and where it works. */
export interface ClientRun {
  readonly client: ClientProfile;
  readonly version: string;
  /** As it was called. */
  readonly program: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly command: ClientCommand;
  /** Where it works: the current folder, or the one that its options name. */
  readonly folder: string;
  readonly root: ProjectRoot;
}

/** Whether a command installs what the project's own manifests ask for. */
export function installsProject({ action }: ClientCommand): boolean {
  switch (action.kind) {
    case 'install':
    case 'update':
    case 'unknown':
      return true;
    case 'add':
      return !action.isGlobal;
    case 'run-remote':
    case 'fetch':
    case 'remove':
    case 'run':
    case 'other':
      return false;
  }
}

/** Whether it may choose versions that no lockfile names yet. */
export function resolvesProject(command: ClientCommand): boolean {
  return installsProject(command) && !(command.action.kind === 'install' && command.action.isFrozen);
}
