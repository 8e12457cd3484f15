import { type ImitatedPackage, imitatedPackage } from '../evidence/imitated-package.ts';
import { type Packument, packument } from '../evidence/packument.ts';
import { popularity } from '../evidence/popularity.ts';
import type { Component } from '../model/component.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import type { Milliseconds } from '../model/units.ts';
import { forAWhile } from './lasting.ts';
import { createPackumentCollector, freshFor } from './packument.ts';
import type { CollectorPorts } from './ports.ts';

/** Asks the registry about the popular package behind each resemblance, so that its own publishers can be told from others. */
export function createImitatedPackageCollector(ports: CollectorPorts): Collector<ImitatedPackage> {
  const packuments = createPackumentCollector(ports);
  return {
    key: imitatedPackage,
    // What the lockfile holds as well is remembered by then.
    after: [popularity, packument],
    holdsUntil: forAWhile(freshFor),
    collect: async (requests, context) => {
      const targets = new Map<string, string>();
      const asked = new Map<string, readonly [Component, ...Component[]]>();
      for (const [subject, [component]] of requests) {
        const known = context.collected.get(popularity, subject);
        const target = known?.state === 'known' ? known.value.relations.find(isPackage)?.target.name : undefined;
        if (target === undefined) continue;
        targets.set(subject, target);
        // Only the document of the target counts, so no version is asked for.
        asked.set(target, [{ ...component, name: target, version: '' }]);
      }
      const documents = await packuments.collect(asked, context);
      const observations = new Map<string, Observation<ImitatedPackage>>();
      for (const subject of requests.keys()) {
        const target = targets.get(subject);
        const document = target === undefined ? undefined : documents.get(target);
        observations.set(subject, document === undefined ? nothing(context.now) : observationOf(document));
      }
      return observations;
    },
  };
}

/** A scope that is imitated as a whole is no package to ask about. */
function isPackage({ target }: { readonly target: { readonly name: string } }): boolean {
  return !target.name.startsWith('@') || target.name.includes('/');
}

function nothing(now: Milliseconds): Observation<ImitatedPackage> {
  return { state: 'known', value: { status: 'none' }, observedAt: now, source: 'allowlists/popular-names' };
}

function observationOf(document: Observation<Packument>): Observation<ImitatedPackage> {
  if (document.state !== 'known') return document;
  const { name, status, maintainers } = document.value;
  if (status !== 'published') return { ...document, value: { status: 'none' } };
  return {
    ...document,
    value: {
      status: 'published',
      name,
      ...(maintainers === undefined ? {} : { maintainers: maintainers.map((person) => person.name) }),
    },
  };
}
