import { advisories as key } from '../evidence/advisories.ts';
import type { Advisory } from '../model/advisory.ts';
import type { Component } from '../model/component.ts';
import type { Collector } from '../model/evidence.ts';
import { lookUpAdvisories } from './advisory-lookup.ts';
import { advisoriesHoldUntil, type AdvisorySources } from './advisory-questions.ts';

/** Learns which advisories hit each locked version. */
export function createAdvisoriesCollector(sources: AdvisorySources): Collector<readonly Advisory[]> {
  return {
    key,
    holdsUntil: advisoriesHoldUntil(sources),
    collect: (requests, context) => {
      const questions = new Map<string, Set<string>>();
      for (const [component] of requests.values()) askAbout(component, questions);
      return lookUpAdvisories(questions, sources, context);
    },
  };
}

function askAbout({ name, version }: Component, questions: Map<string, Set<string>>): void {
  questions.set(name, (questions.get(name) ?? new Set<string>()).add(version));
}
