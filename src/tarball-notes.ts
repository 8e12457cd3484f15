import { licenceFiles } from './evidence/licence-files.ts';
import { previousTarball } from './evidence/previous-tarball.ts';
import { tarball } from './evidence/tarball.ts';
import type { Change } from './model/change.ts';
import type { AnyCheck } from './model/check.ts';
import type { Inventory } from './model/inventory.ts';

/** Checks of a tarball's content have no part in a run that reads none: the report says so once. */
export function needsTarball(check: AnyCheck): boolean {
  const tarballEvidence: readonly string[] = [tarball.id, previousTarball.id, licenceFiles.id];
  return Object.values(check.needs).some(({ id }) => tarballEvidence.includes(id));
}

/** Which archives of what is judged were not looked into. */
export function tarballNotes(inventory: Inventory, changes: readonly Change[] | undefined, readsTarballs: boolean): readonly string[] {
  const judged = changes?.flatMap((change) => (change.type === 'removed' ? [] : [change.after])) ?? [...inventory.components.values()];
  const archives = judged.filter(({ source, isBundled }) => source.type !== 'workspace' && isBundled !== true);
  const unread = readsTarballs ? archives.filter((component) => tarball.subjectOf(component) === undefined) : archives;
  if (unread.length === 0) return [];
  const were = unread.length === 1 ? 'tarball was' : 'tarballs were';
  return [
    readsTarballs
      ? `${unread.length} ${were} not read: they do not come from a registry`
      : `${unread.length} ${were} not read: scripts and manifests are judged on the registry's metadata; --deep reads them`,
  ];
}
