import { type Incident, people, releasesUntil } from './incident.ts';

const supportsColor = releasesUntil('2025-09-01', ['9.4.0', '10.0.0', '10.1.0', '10.2.0'], {
  name: 'supports-color',
  ...people('sindresorhus'),
});
const sentry = releasesUntil('2026-06-01', ['10.1.0', '10.2.0', '10.3.0'], { name: '@sentry/node', ...people('sentry-bot') });

/** Names that were made to be taken for others. */
export const lures: readonly Incident[] = [
  {
    title: 'SANDWORM_MODE',
    date: '2026-02',
    carrier: '19 new names with typing errors',
    live: 'not known',
    installedAt: '2026-02-20T12:00:00Z',
    before: supportsColor,
    attack: ['naniod', 'yarsg', 'rimarf', 'veim', 'suport-color'].map((name) => ({
      name,
      version: '1.0.1',
      publishedAt: '2026-02-17T09:00:00Z',
      ...people('official334'),
    })),
    seenBy: ['typosquat/imitates'],
    outcome: 'refused',
    unseen: ['suport-color'],
    remark: 'four of these five; suport-color stands in the list of popular names itself, so it imitates nothing there',
  },
  {
    title: 'Sentry lure',
    date: '2026-06-03',
    carrier: 'a forged error message that has an AI agent run a package of a scope like Sentry’s',
    live: '2 hours until it was reported',
    installedAt: '2026-06-03T12:00:00Z',
    before: sentry,
    attack: [{ name: '@sentry-internals/diagnose', version: '1.0.0', publishedAt: '2026-06-03T10:30:00Z', ...people('helper') }],
    seenBy: ['typosquat/imitates', 'slopsquat/unknown-and-young'],
    outcome: 'refused',
  },
];
