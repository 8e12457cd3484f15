import { after, type Incident, people, pipeline, releasesUntil } from './incident.ts';

const axios = releasesUntil('2026-03-31', ['1.13.0', '1.13.1', '1.13.2', '1.14.0'], {
  name: 'axios',
  dependencies: { 'proxy-from-env': '^1.1.0' },
  ...pipeline('jasonsaayman', 'mzabriskie'),
});
const proxyFromEnv = releasesUntil('2020-03-01', ['1.0.0', '1.1.0'], { name: 'proxy-from-env', ...people('rob--w') });
const bitwarden = releasesUntil('2026-04-22', ['2026.1.0', '2026.2.0', '2026.3.0'], {
  name: '@bitwarden/cli',
  ...pipeline('bitwarden-bot'),
});
const router = releasesUntil('2026-05-11', ['1.160.0', '1.161.0', '1.162.0'], {
  name: '@tanstack/react-router',
  ...pipeline('tannerlinsley'),
});
const nodeIpc = releasesUntil('2026-05-14', ['12.0.0', '12.0.1', '12.0.2'], { name: 'node-ipc', ...people('riaevangelist') });
const sizeSensor = releasesUntil('2023-04-01', ['1.0.0', '1.0.1', '1.0.2', '1.0.3'], { name: 'size-sensor', ...people('atool') });
const timeago = releasesUntil('2023-02-01', ['4.0.0', '4.0.1', '4.0.2', '4.0.3'], { name: 'timeago.js', ...people('atool') });
const s2 = releasesUntil('2026-04-10', ['2.0.1', '2.0.2', '2.0.3', '2.0.4'], { name: '@antv/s2', ...people('atool', 'antv-bot') });
const redHat = releasesUntil('2026-06-01', ['4.2.0', '4.2.1', '4.3.0'], {
  name: '@redhat-cloud-services/frontend-components',
  ...pipeline('redhat-bot'),
});
const gyp = releasesUntil('2026-06-03', ['3.0.0', '3.0.1', '3.1.0'], { name: 'buffer-crc32', ...people('brianloveswords') });
const mastra = releasesUntil('2026-06-17', ['1.0.0', '1.1.0', '1.2.0'], {
  name: '@mastra/core',
  dependencies: { dayjs: '^1.11.0' },
  ...people('mastra-bot', 'abhiaiyer'),
});
const dayjs = releasesUntil('2025-01-01', ['1.11.10', '1.11.11', '1.11.12', '1.11.13'], { name: 'dayjs', ...people('iamkun') });
const keyv = releasesUntil('2026-08-04', ['5.5.0', '5.5.1', '5.5.2'], { name: 'keyv', ...pipeline('jaredwray') });

const bunScript = { scripts: { preinstall: 'bun run index.js' } };

/** Packages whose account, token or pipeline was stolen in 2026. */
export const hijackedIn2026: readonly Incident[] = [
  {
    title: 'axios',
    date: '2026-03-31',
    carrier: 'a new dependency with an install script',
    live: '2 to 4 hours',
    installedAt: '2026-03-31T02:30:00Z',
    before: [...axios, ...proxyFromEnv],
    attack: [
      {
        name: 'axios',
        version: '1.14.1',
        publishedAt: '2026-03-31T00:21:00Z',
        repository: 'github:axios/axios',
        ...people('jasonsaayman', 'mzabriskie'),
        dependencies: { 'proxy-from-env': '^1.1.0', 'plain-crypto-js': '^4.2.1' },
        publisher: { name: 'jasonsaayman', email: 'jasonsaayman@proton.example' },
      },
      {
        name: 'plain-crypto-js',
        version: '4.2.1',
        publishedAt: '2026-03-30T23:59:00Z',
        scripts: { postinstall: 'node setup.js' },
        files: { 'setup.js': '// ours\n' },
        ...people('nrwise'),
      },
    ],
    seenBy: ['new-transitive/runs-code', 'new-dependency/too-new', 'provenance-history/downgrade'],
    outcome: 'refused',
  },
  {
    title: '@bitwarden/cli',
    date: '2026-04-22',
    carrier: 'the project’s own pipeline',
    live: '1.5 hours',
    installedAt: '2026-04-22T23:00:00Z',
    before: bitwarden,
    attack: [after(bitwarden, { version: '2026.4.0', publishedAt: '2026-04-22T21:57:00Z' })],
    seenBy: [],
    outcome: 'missed',
    remark: 'same pipeline, no script, no new dependency: only the code differs',
  },
  {
    title: 'TanStack',
    date: '2026-05-11',
    carrier: 'an optional dependency on a git commit, published with valid provenance',
    live: '20 to 26 minutes until it was reported',
    installedAt: '2026-05-11T20:00:00Z',
    before: router,
    attack: [
      after(router, {
        version: '1.162.1',
        publishedAt: '2026-05-11T19:20:00Z',
        optionalDependencies: { '@tanstack/setup': 'github:tanstack/router#79ac49eedf774dd4b0cfa308722bc463cfe5885c' },
      }),
    ],
    fromGit: { '@tanstack/setup': 'git+ssh://git@github.com/tanstack/router.git#79ac49eedf774dd4b0cfa308722bc463cfe5885c' },
    seenBy: ['source/git-dependency'],
    outcome: 'refused',
  },
  {
    title: 'node-ipc',
    date: '2026-05-14',
    carrier: 'code that runs on import',
    live: 'not known',
    installedAt: '2026-05-14T20:00:00Z',
    before: nodeIpc,
    attack: [after(nodeIpc, { version: '12.0.3', publishedAt: '2026-05-14T14:00:00Z', ...people('another-account', 'riaevangelist') })],
    seenBy: ['publisher/unknown-account'],
    outcome: 'refused',
  },
  {
    title: 'AntV and atool',
    date: '2026-05-19',
    carrier: 'an install script, 643 versions in 22 minutes',
    live: 'not known',
    installedAt: '2026-05-19T03:00:00Z',
    before: [...sizeSensor, ...timeago, ...s2],
    attack: [
      { ...after(sizeSensor, { version: '1.0.4', publishedAt: '2026-05-19T01:40:00Z' }), ...bunScript },
      { ...after(timeago, { version: '4.0.4', publishedAt: '2026-05-19T01:48:00Z' }), ...bunScript },
      { ...after(s2, { version: '2.0.5', publishedAt: '2026-05-19T01:59:00Z' }), ...bunScript },
    ],
    seenBy: ['install-scripts/new', 'dormancy/awakened', 'publish-burst/siblings'],
    outcome: 'refused',
  },
  {
    title: 'Red Hat scope',
    date: '2026-06-01',
    carrier: 'an install script, published by a branch’s pipeline with valid provenance',
    live: 'not known',
    installedAt: '2026-06-01T16:00:00Z',
    before: redHat,
    attack: [{ ...after(redHat, { version: '4.3.1', publishedAt: '2026-06-01T11:00:00Z' }), ...bunScript }],
    seenBy: ['install-scripts/new'],
    outcome: 'refused',
  },
  {
    title: 'Phantom Gyp',
    date: '2026-06-03',
    carrier: 'a binding.gyp that runs commands while it is read, no script',
    live: 'not known',
    installedAt: '2026-06-03T16:00:00Z',
    before: gyp,
    attack: [
      after(gyp, {
        version: '3.1.1',
        publishedAt: '2026-06-03T14:00:00Z',
        files: {
          'index.js': 'module.exports = {};\n',
          'binding.gyp': '{ "targets": [{ "target_name": "x", "sources": ["<!(node run.js)"] }] }\n',
          'run.js': '// ours\n',
        },
      }),
    ],
    seenBy: ['tarball-scripts/implicit-build', 'tarball-scripts/gyp-command'],
    outcome: 'refused',
    remark: 'told by the tarball alone',
  },
  {
    title: 'Mastra',
    date: '2026-06-17',
    carrier: 'a new dependency with an install script, a clean version of it first',
    live: '88 minutes of publishing',
    installedAt: '2026-06-17T18:00:00Z',
    before: [...mastra, ...dayjs],
    attack: [
      after(mastra, {
        version: '1.2.1',
        publishedAt: '2026-06-17T15:00:00Z',
        dependencies: { dayjs: '^1.11.0', 'easy-day-js': '^1.0.1' },
      }),
      { name: 'easy-day-js', version: '1.0.0', publishedAt: '2026-06-16T10:00:00Z', ...people('sergey') },
      {
        name: 'easy-day-js',
        version: '1.0.1',
        publishedAt: '2026-06-17T14:30:00Z',
        scripts: { postinstall: 'node setup.cjs' },
        files: { 'setup.cjs': '// ours\n' },
        ...people('sergey'),
      },
    ],
    seenBy: ['new-transitive/runs-code', 'new-dependency/too-new', 'install-scripts/new'],
    outcome: 'refused',
  },
  {
    title: 'keyv',
    date: '2026-08-04',
    carrier: 'an install script, published with valid provenance',
    live: 'not known',
    installedAt: '2026-08-04T12:00:00Z',
    before: keyv,
    attack: [
      after(keyv, {
        version: '5.5.3',
        publishedAt: '2026-08-04T09:00:00Z',
        scripts: { preinstall: 'node setup.mjs' },
        files: { 'setup.mjs': '// ours\n' },
      }),
    ],
    seenBy: ['install-scripts/new'],
    outcome: 'refused',
  },
];
