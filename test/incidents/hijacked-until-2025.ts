import { after, type Incident, people, releasesUntil } from './incident.ts';

const eventStream = releasesUntil('2018-09-09', ['3.3.2', '3.3.3', '3.3.4', '3.3.5'], {
  name: 'event-stream',
  dependencies: { through: '~2.3.1' },
  ...people('dominictarr'),
});
const through = releasesUntil('2015-07-03', ['2.3.5', '2.3.6', '2.3.7', '2.3.8'], { name: 'through', ...people('dominictarr') });
const uaParser = releasesUntil('2021-10-22', ['0.7.25', '0.7.26', '0.7.27', '0.7.28'], { name: 'ua-parser-js', ...people('faisalman') });
const web3 = releasesUntil('2024-12-02', ['1.95.2', '1.95.3', '1.95.4', '1.95.5'], {
  name: '@solana/web3.js',
  ...people('release-bot', 'founder'),
});
const prettierConfig = releasesUntil('2025-07-18', ['10.1.2', '10.1.3', '10.1.4', '10.1.5'], {
  name: 'eslint-config-prettier',
  ...people('jounqin', 'lydell'),
});
const nx = releasesUntil('2025-08-26', ['21.3.0', '21.4.0', '21.4.1'], { name: 'nx', ...people('nrwl-bot', 'jeffbcross') });
const chalk = releasesUntil('2025-09-02', ['5.4.0', '5.4.1', '5.5.0', '5.6.0'], { name: 'chalk', ...people('qix', 'sindresorhus') });
const debug = releasesUntil('2025-08-10', ['4.3.6', '4.3.7', '4.4.0', '4.4.1'], { name: 'debug', ...people('qix', 'tjholowaychuk') });
const isArrayish = releasesUntil('2019-01-15', ['0.2.1', '0.3.0', '0.3.1', '0.3.2'], { name: 'is-arrayish', ...people('qix') });
const tinycolor = releasesUntil('2025-09-15', ['4.0.3', '4.0.4', '4.1.0'], { name: '@ctrl/tinycolor', ...people('scttcper') });
const artTemplate = releasesUntil('2020-01-10', ['4.12.2', '4.13.1', '4.13.2'], { name: 'art-template', ...people('aui', 'tangbin') });
const posthog = releasesUntil('2025-11-24', ['4.17.0', '4.17.1', '4.18.0'], { name: 'posthog-node', ...people('posthog-bot', 'timgl') });

/** Packages that were taken over, or whose account or token was stolen, until the end of 2025. */
export const hijackedUntil2025: readonly Incident[] = [
  {
    title: 'event-stream',
    date: '2018-09-09',
    carrier: 'a new maintainer, and a new dependency',
    live: 'weeks',
    installedAt: '2018-09-20T12:00:00Z',
    before: [...eventStream, ...through],
    attack: [
      after(eventStream, {
        version: '3.3.6',
        publishedAt: '2018-09-09T09:00:00Z',
        dependencies: { through: '~2.3.1', 'flatmap-stream': '^0.1.0' },
        ...people('right9ctrl', 'dominictarr'),
      }),
      { name: 'flatmap-stream', version: '0.1.0', publishedAt: '2018-08-20T09:00:00Z', ...people('hugeglass') },
    ],
    seenBy: ['publisher/unknown-account', 'new-dependency/young'],
    outcome: 'refused',
    remark: 'installed after eleven days, when no age rule of a week helps any more',
  },
  {
    title: 'ua-parser-js',
    date: '2021-10-22',
    carrier: 'an install script',
    live: '4 hours',
    installedAt: '2021-10-22T14:15:00Z',
    before: uaParser,
    attack: [
      after(uaParser, {
        version: '0.7.29',
        publishedAt: '2021-10-22T12:15:00Z',
        scripts: { preinstall: 'start /B node preinstall.js & node preinstall.js' },
        files: { 'preinstall.js': '// ours\n' },
      }),
    ],
    seenBy: ['install-scripts/new'],
    outcome: 'refused',
  },
  {
    title: '@solana/web3.js',
    date: '2024-12-02',
    carrier: 'code that runs in the application',
    live: '5 hours',
    installedAt: '2024-12-02T18:00:00Z',
    before: web3,
    attack: [after(web3, { version: '1.95.6', publishedAt: '2024-12-02T15:20:00Z', ...people('web3-team', 'release-bot', 'founder') })],
    seenBy: ['publisher/unknown-account'],
    outcome: 'refused',
    remark: 'had the phished account been a maintainer before, `publisher/changed` would have told it as a note only',
  },
  {
    title: 'eslint-config-prettier',
    date: '2025-07-18',
    carrier: 'an install script',
    live: 'hours',
    installedAt: '2025-07-18T18:00:00Z',
    before: prettierConfig,
    attack: [
      after(prettierConfig, {
        version: '10.1.6',
        publishedAt: '2025-07-18T16:00:00Z',
        scripts: { install: 'node install.js' },
        files: { 'install.js': '// ours\n' },
      }),
    ],
    seenBy: ['install-scripts/new'],
    outcome: 'refused',
  },
  {
    title: 'Nx (s1ngularity)',
    date: '2025-08-26',
    carrier: 'an install script that uses AI command lines',
    live: '4 to 5 hours',
    installedAt: '2025-08-27T00:30:00Z',
    before: nx,
    attack: [
      after(nx, {
        version: '21.5.0',
        publishedAt: '2025-08-26T22:32:00Z',
        scripts: { postinstall: 'node telemetry.js' },
        files: { 'telemetry.js': '// ours\n' },
      }),
    ],
    seenBy: ['install-scripts/new'],
    outcome: 'refused',
  },
  {
    title: 'chalk and debug',
    date: '2025-09-08',
    carrier: 'code that runs in the application',
    live: '2 hours',
    installedAt: '2025-09-08T14:30:00Z',
    before: [...chalk, ...debug, ...isArrayish],
    attack: [
      after(chalk, { version: '5.6.1', publishedAt: '2025-09-08T13:16:00Z', ...people('qix', 'sindresorhus') }),
      after(debug, { version: '4.4.2', publishedAt: '2025-09-08T13:17:00Z' }),
      after(isArrayish, { version: '0.3.3', publishedAt: '2025-09-08T13:20:00Z' }),
    ],
    seenBy: ['publish-burst/siblings'],
    outcome: 'warned',
    remark: 'the usual account, no script, no new dependency: only the code itself differs, and the three came in one rush',
  },
  {
    title: 'Shai-Hulud',
    date: '2025-09-15',
    carrier: 'an install script that spreads',
    live: 'hours',
    installedAt: '2025-09-15T20:00:00Z',
    before: tinycolor,
    attack: [
      after(tinycolor, {
        version: '4.1.1',
        publishedAt: '2025-09-15T17:58:00Z',
        scripts: { postinstall: 'node bundle.js' },
        files: { 'bundle.js': '// ours\n' },
      }),
    ],
    seenBy: ['install-scripts/new'],
    outcome: 'refused',
  },
  {
    title: 'Shai-Hulud 2',
    date: '2025-11-24',
    carrier: 'an install script that spreads',
    live: '12 hours',
    installedAt: '2025-11-24T09:00:00Z',
    before: posthog,
    attack: [
      after(posthog, {
        version: '4.18.1',
        publishedAt: '2025-11-24T04:11:00Z',
        scripts: { preinstall: 'node setup_bun.js' },
        files: { 'setup_bun.js': '// ours\n' },
      }),
    ],
    seenBy: ['install-scripts/new'],
    outcome: 'refused',
  },
  {
    title: 'art-template',
    date: '2025-03',
    carrier: 'the browser bundle alone, after the package changed hands',
    live: '14 months',
    installedAt: '2025-03-13T12:00:00Z',
    before: artTemplate,
    attack: [
      after(artTemplate, {
        version: '4.13.3',
        publishedAt: '2025-03-10T08:00:00Z',
        files: { 'lib/template-web.js': 'var template = 1;\n' },
        ...people('new-owner'),
      }),
    ],
    seenBy: ['publisher/unknown-account', 'maintainers/replaced'],
    outcome: 'refused',
    remark: 'seen while the first release of the new owners is younger than a month; an audit of the old one sees nothing',
  },
];
