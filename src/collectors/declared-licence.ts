import { type DeclaredLicence, declaredLicence } from '../evidence/declared-licence.ts';
import { packument } from '../evidence/packument.ts';
import type { Component } from '../model/component.ts';
import type { Collected, Collector, Observation } from '../model/evidence.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';

/**
 * Derives declared licences from the registry documents that are already there. The lockfile's copy of a licence is part of the
 * change under review, so that it counts only where the registry's word is not to be had.
 */
export function createDeclaredLicenceCollector(_ports: CollectorPorts): Collector<DeclaredLicence> {
  return {
    key: declaredLicence,
    after: [packument],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, { collected, now }) =>
      new Map(
        [...requests].map(([subject, [component]]) => [
          subject,
          fromRegistry(component, collected) ?? { ...fromLockfile(component), observedAt: now },
        ]),
      ),
  };
}

function fromRegistry(component: Component, collected: Collected): Observation<DeclaredLicence> | undefined {
  const subject = packument.subjectOf(component);
  if (subject === undefined) return undefined;
  const document = collected.get(packument, subject);
  if (document?.state === 'known') {
    const { value, observedAt, source } = document;
    const release = value.releases.get(component.version);
    // A short document has no licences: their absence means nothing.
    const isSilent = release === undefined || (value.representation === 'abbreviated' && release.licence === undefined);
    if (!isSilent) return { state: 'known', value: { field: release.licence, from: 'registry' }, observedAt, source };
    return undefined;
  }
  return component.licence === undefined ? document : undefined;
}

function fromLockfile(component: Component): { readonly state: 'known'; readonly value: DeclaredLicence; readonly source: string } {
  const value: DeclaredLicence = component.licence === undefined ? { from: 'nobody' } : { field: component.licence, from: 'lockfile' };
  return { state: 'known', value, source: component.location.file };
}
