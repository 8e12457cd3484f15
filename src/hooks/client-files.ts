/** Files that a package manager loads or starts itself; each goes through `.lockgate/gate.cjs`. */

/**
 * The shell that npm 7 to 11 starts every script with, as its `script-shell`: dependencies' scripts, implicit node-gyp builds and
 * installs nested in git dependencies. The project's own scripts run at once: before them its `preinstall` has asked.
 * npm names its own Node in `npm_node_execpath`; a plain `node` could be a dependency's. It clones git dependencies into its cache, which
 * a CI job may well keep inside the project.
 */
export const npmShellText = `#!/bin/sh
# Written by lockgate hooks install: npm starts every script through this file, and lockgate is asked before one that is not
# the project's own.
case "$0" in
  /*) here=\${0%/*} ;;
  *) echo "lockgate: script-shell needs an absolute path" >&2; exit 1 ;;
esac
root=\${here%/*}
ask=yes
case "$npm_package_json" in
  */node_modules/* | */_cacache/* | */../*) ;;
  "$root"/*) ask=no ;;
esac
if [ "$ask" = yes ]; then
  "\${npm_node_execpath:-node}" "$here/gate.cjs" npm-script || exit 1
fi
exec /bin/sh "$@"
`;

/** pnpm: the wanted lockfile before anything is asked for, then each package before it is linked. */
export const pnpmfileText = `'use strict';
// Written by lockgate hooks install.
module.exports = require('./.lockgate/pnpm.cjs');
`;

export const pnpmHooksText = `'use strict';
// Written by lockgate hooks install: pnpm calls these while it resolves. Throwing ends the install.
const { check, judgeSoon } = require('./gate.cjs');

const hooks = {
  /** Before the first request, in frozen installs too. */
  preResolution() {
    if (check('lockfile') !== 0) throw new Error('lockgate does not pass the lockfile of this project');
  },
  /** Each manifest that pnpm picks, before it is linked; manifests of the project itself have no dist. */
  async readPackage(manifest) {
    const { name, version, dist } = manifest;
    if (dist !== undefined) await judgeSoon({ name, version, integrity: dist.integrity, url: dist.tarball });
    return manifest;
  },
  /** What did not come through readPackage: git, URLs, files. */
  afterAllResolved(lockfile) {
    for (const [key, { resolution }] of Object.entries(lockfile.packages || {})) {
      const isForeign = resolution !== undefined && (resolution.type === 'git' || resolution.repo !== undefined || (resolution.tarball !== undefined && resolution.integrity === undefined));
      if (isForeign) throw new Error('lockgate: ' + key + ' comes from no registry: only lockgate exec lets such a package in, by a waiver');
    }
    return lockfile;
  },
};

module.exports = { hooks };
`;

/** yarn 4: the lockfile first, then each tarball before it is asked for. */
export const yarnPluginText = `'use strict';
// Written by lockgate hooks install: yarn calls these hooks. An error ends the install.
module.exports = {
  name: '@lockgate/yarn-plugin',
  factory: () => {
    const { check, judgeSoon } = require('./gate.cjs');
    return {
      hooks: {
        /** Before anything is resolved or asked for. */
        validateProject(project, report) {
          if (check('lockfile') !== 0) report.reportError(0, 'lockgate does not pass the lockfile of this project');
        },
        /** Every request. A tarball is asked for only after its package was judged; any other archive is not taken. */
        async wrapNetworkRequest(executor, { target }) {
          const address = new URL(String(target));
          const tarball = /\\/((?:@[^/]+(?:\\/|%2f))?[^/]+)\\/-\\/(?:@[^/]+(?:\\/|%2f))?([^/]+)\\.tgz$/i.exec(address.pathname);
          if (tarball === null) {
            return async () => {
              const response = await executor();
              const isArchive = Buffer.isBuffer(response.body) && /^(?:1f8b|504b)/.test(response.body.toString('hex', 0, 2));
              if (isArchive) throw new Error('lockgate: ' + address.href + ' is no package of a registry that can be judged before it is here');
              return response;
            };
          }
          const name = decodeURIComponent(tarball[1]);
          const file = decodeURIComponent(tarball[2]);
          const short = name.slice(name.lastIndexOf('/') + 1);
          const version = file.startsWith(short + '-') ? file.slice(short.length + 1) : '';
          await judgeSoon({ name, version, url: address.href });
          return executor;
        },
      },
    };
  },
};
`;

/** bun: the whole tree before any tarball. */
export const bunScannerText = `// Written by lockgate hooks install: bun asks this scanner about the whole tree before it downloads a package.
import gate from './gate.cjs';

export const scanner = {
  version: '1',
  async scan({ packages }) {
    await gate.judge(packages.map(({ name, version, tarball }) => ({ name, version, url: tarball })));
    return [];
  },
};
`;

/** A commit that touches lockfiles, settings or the policy must pass by the rules of the last commit; any other is none of its business. */
export const preCommitText = `#!/bin/sh
# Written by lockgate hooks install --git: what this commit changes in lockfiles must pass. git commit --no-verify goes around it.
set -- '*package-lock.json' '*npm-shrinkwrap.json' '*yarn.lock' '*pnpm-lock.yaml' '*bun.lock' '*bun.lockb' \\
  '*lockgate.yaml' '*.npmrc' '*.yarnrc' '*.yarnrc.yml' '*bunfig.toml' '*pnpm-workspace.yaml' '*.pnpmfile.cjs'
if git rev-parse --quiet --verify HEAD >/dev/null; then
  git diff --cached --quiet HEAD -- "$@" && exit 0
  exec lockgate check --base HEAD --recursive --quiet
fi
[ -z "$(git ls-files -- "$@")" ] && exit 0
exec lockgate check --recursive --quiet
`;
