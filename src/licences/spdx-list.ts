import exceptionIds from 'spdx-exceptions/index.json' with { type: 'json' };
import deprecatedIds from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import currentIds from 'spdx-license-ids/index.json' with { type: 'json' };

/** A current licence id and, where the listed id stood for a pair, the exception in it. */
export interface ListedLicence {
  readonly id: string;
  readonly exception?: string;
  /** The deprecated id that was written, in list case; absent for a current id. */
  readonly deprecated?: string;
}

/** The SPDX licence ids in force, in list case. */
export const licenceIds: readonly string[] = currentIds;

/**
 * What a deprecated id stands for today, as its entry on the SPDX licence list says. The bare GNU ids mean `-only`.
 * Ids without a successor (`Net-SNMP`, `Nunit`, `BSD-2-Clause-FreeBSD`) stay usable under their own name.
 */
const successors: Readonly<Record<string, ListedLicence>> = {
  'BSD-2-Clause-NetBSD': { id: 'BSD-2-Clause' },
  'bzip2-1.0.5': { id: 'bzip2-1.0.6' },
  'eCos-2.0': { id: 'GPL-2.0-or-later', exception: 'eCos-exception-2.0' },
  'GPL-2.0-with-autoconf-exception': { id: 'GPL-2.0-only', exception: 'Autoconf-exception-2.0' },
  'GPL-2.0-with-bison-exception': { id: 'GPL-2.0-only', exception: 'Bison-exception-2.2' },
  'GPL-2.0-with-classpath-exception': { id: 'GPL-2.0-only', exception: 'Classpath-exception-2.0' },
  'GPL-2.0-with-font-exception': { id: 'GPL-2.0-only', exception: 'Font-exception-2.0' },
  'GPL-2.0-with-GCC-exception': { id: 'GPL-2.0-only', exception: 'GCC-exception-2.0' },
  'GPL-3.0-with-autoconf-exception': { id: 'GPL-3.0-only', exception: 'Autoconf-exception-3.0' },
  'GPL-3.0-with-GCC-exception': { id: 'GPL-3.0-only', exception: 'GCC-exception-3.1' },
  'StandardML-NJ': { id: 'SMLNJ' },
  wxWindows: { id: 'LGPL-2.0-or-later', exception: 'WxWindows-exception-3.1' },
};

const licences: ReadonlyMap<string, ListedLicence> = new Map([
  ...deprecatedIds.map((id): [string, ListedLicence] => [id.toLowerCase(), { ...successorOf(id), deprecated: id }]),
  ...currentIds.map((id): [string, ListedLicence] => [id.toLowerCase(), { id }]),
]);

const exceptions: ReadonlyMap<string, string> = new Map(exceptionIds.map((id) => [id.toLowerCase(), id]));

/** Looks an id up without regard to case (SPDX 3, annex on expressions); undefined where the list does not have it. */
export function findLicence(id: string): ListedLicence | undefined {
  return licences.get(id.toLowerCase());
}

/** Looks an exception id up without regard to case, in list case. */
export function findException(id: string): string | undefined {
  return exceptions.get(id.toLowerCase());
}

function successorOf(id: string): ListedLicence {
  if (/^(?:A|L)?GPL-\d\.\d$|^GFDL-\d\.\d$/.test(id)) return { id: `${id}-only` };
  return successors[id] ?? { id };
}
