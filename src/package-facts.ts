import { type ReleaseAgeOptions, releaseAge } from './checks/release-age.ts';
import { declaredLicence } from './evidence/declared-licence.ts';
import { publishTime } from './evidence/publish-time.ts';
import { type SummarisedLicence, summariseLicence } from './licences/summary.ts';
import type { Component } from './model/component.ts';
import type { Collected, EvidenceKey } from './model/evidence.ts';
import type { AgeLimits, PackageFacts } from './model/package-facts.ts';
import type { Policy } from './model/policy.ts';
import { milliseconds } from './model/units.ts';

/** Reads from the evidence of one run what reports show of a package. Each distinct licence field is understood once. */
export function createPackageFacts(): (component: Component, collected: Collected) => PackageFacts {
  const understood = new Map<unknown, SummarisedLicence>();
  return (component, collected) => {
    const time = knownOf(publishTime, component, collected);
    const field = knownOf(declaredLicence, component, collected)?.field ?? component.licence;
    const licence = understood.get(field) ?? summariseLicence(field);
    understood.set(field, licence);
    return {
      ...(time?.status === 'published' ? { publishedAt: milliseconds(time.publishedAt) } : {}),
      ...(field === undefined ? {} : { licence: { text: licence.licence, group: licence.group } }),
    };
  };
}

/** The ages that the policy asks for. */
export function ageLimitsOf(policy: Policy): AgeLimits {
  // The check's own schema has validated and completed them.
  const options = (policy.options.get(releaseAge.id) ?? releaseAge.options.defaults) as ReleaseAgeOptions;
  return { error: milliseconds(options['error-below']), warning: milliseconds(options['warn-below']) };
}

function knownOf<T>(key: EvidenceKey<T>, component: Component, collected: Collected): T | undefined {
  const subject = key.subjectOf(component);
  const observation = subject === undefined ? undefined : collected.get(key, subject);
  return observation?.state === 'known' ? observation.value : undefined;
}
