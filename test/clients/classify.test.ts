import { describe, expect, it } from 'vitest';
import { clientWithVersion, clientsOf, programName } from '../../src/clients/detect-client.ts';
import type { ClientAction } from '../../src/clients/client.ts';

const install = { kind: 'install', isFrozen: false } as const;
const frozen = { kind: 'install', isFrozen: true } as const;
const add = (...specs: readonly string[]): ClientAction => ({ kind: 'add', specs, isGlobal: false });
const globally = (...specs: readonly string[]): ClientAction => ({ kind: 'add', specs, isGlobal: true });
const runRemote = (...specs: readonly string[]): ClientAction => ({ kind: 'run-remote', specs });
const update = (...specs: readonly string[]): ClientAction => ({ kind: 'update', specs });
const remove = (...specs: readonly string[]): ClientAction => ({ kind: 'remove', specs });
const other = { kind: 'other' } as const;
const run = { kind: 'run' } as const;

/** Command line to what it does, by client. */
const commandLines: Readonly<Record<string, readonly (readonly [string, ClientAction])[]>> = {
  npm: [
    ['npm install', install],
    ['npm i', install],
    ['npm i x', add('x')],
    ['npm isntall x@1', add('x@1')],
    ['npm ad x', { kind: 'unknown', command: 'ad' }],
    ['npm add x y', add('x', 'y')],
    ['npm instal', install],
    ['npm installTest', install],
    ['npm ci', frozen],
    ['npm clean-install', frozen],
    ['npm install-cl', frozen],
    ['npm cit', frozen],
    ['npm it', install],
    ['npm -g i x', globally('x')],
    ['npm i -g x', globally('x')],
    ['npm i --location=global x', globally('x')],
    ['npm i --no-global x', add('x')],
    ['npm --prefix dir i x', add('x')],
    ['npm -C dir i x', add('x')],
    ['npm -w app i x', add('x')],
    ['npm --workspace app i x', add('x')],
    ['npm i -- x', add('x')],
    ['npm i -D x', add('x')],
    ['npm i --save-dev x', add('x')],
    ['npm --loglevel silly i x', add('x')],
    ['npm --whatever rm x', { kind: 'unknown', command: 'rm' }],
    ['npm up', update()],
    ['npm update x', update('x')],
    ['npm udpate', update()],
    ['npm dedupe', update()],
    ['npm audit', other],
    ['npm audit fix', update()],
    ['npm rm x', remove('x')],
    ['npm un x', remove('x')],
    ['npm x y', runRemote('y')],
    ['npm exec y -- --flag', runRemote('y')],
    ['npm exec --package=z -- y', runRemote('z')],
    ['npm create vite', runRemote('create-vite')],
    ['npm init @acme/app@2', runRemote('@acme/create-app@2')],
    ['npm init @acme', runRemote('@acme/create')],
    ['npm init', other],
    ['npm init -y', other],
    ['npx x', runRemote('x')],
    ['npx -p z x', runRemote('z')],
    ['npx --yes x install', runRemote('x')],
    ['npm rebuild', frozen],
    ['npm pack x', { kind: 'fetch', specs: ['x'] }],
    ['npm link', install],
    ['npm link x', globally('x')],
    ['npm run build', run],
    ['npm test', run],
    ['npm ls', other],
    ['npm', other],
    ['npm frobnicate', { kind: 'unknown', command: 'frobnicate' }],
  ],
  pnpm: [
    ['pnpm install', install],
    ['pnpm i --frozen-lockfile', frozen],
    ['pnpm i --no-frozen-lockfile', install],
    ['pnpm i x', add('x')],
    ['pnpm -C dir add x', add('x')],
    ['pnpm --dir dir add x', add('x')],
    ['pnpm --filter app add x', add('x')],
    ['pnpm add -g x', globally('x')],
    ['pnpm -r add x', add('x')],
    ['pnpm recursive install', install],
    ['pnpm m up', update()],
    ['pnpm with 10 install', install],
    ['pnpm ci', frozen],
    ['pnpm fetch', frozen],
    ['pnpm dlx x', runRemote('x')],
    ['pnpm dlx --package z x install', runRemote('z')],
    ['pnpm --dir d dlx x', runRemote('x')],
    ['pnpx x', runRemote('x')],
    ['pnx x add', runRemote('x')],
    ['pnpm create vite', runRemote('create-vite')],
    ['pnpm up x', update('x')],
    ['pnpm import', update()],
    ['pnpm rm x', remove('x')],
    ['pnpm self-update', globally('pnpm@latest')],
    ['pnpm store add x', { kind: 'fetch', specs: ['x'] }],
    ['pnpm store path', other],
    ['pnpm run build', run],
    ['pnpm build', run],
    ['pnpm ls', other],
  ],
  'yarn-classic': [
    ['yarn', install],
    ['yarn --frozen-lockfile', frozen],
    ['yarn install', install],
    ['yarn add x', add('x')],
    ['yarn --cwd dir add x', add('x')],
    ['yarn global add x', globally('x')],
    ['yarn workspace app add x', add('x')],
    ['yarn create vite', runRemote('create-vite')],
    ['yarn upgrade', update()],
    ['yarn remove x', remove('x')],
    ['yarn build', run],
    ['yarn set version berry', { kind: 'unknown', command: 'set' }],
    ['yarn why x', other],
    ['yarn --version', other],
  ],
  'yarn-berry': [
    ['yarn', install],
    ['yarn --immutable', frozen],
    ['yarn ./packages/app add x', add('x')],
    ['yarn --cwd dir add x', add('x')],
    ['yarn dlx x', runRemote('x')],
    ['yarn dlx -p z x', runRemote('z')],
    ['yarn up x', update('x')],
    ['yarn workspaces focus', install],
    ['yarn workspaces foreach -A add x', add('x')],
    ['yarn plugin import https://registry.example/p.js', { kind: 'unknown', command: 'plugin' }],
    ['yarn node script.js', run],
    ['yarn npm publish', other],
  ],
  bun: [
    ['bun install', install],
    ['bun i', install],
    ['bun i x', add('x')],
    ['bun a x', add('x')],
    ['bun add -g x', globally('x')],
    ['bun ci', frozen],
    ['bun install --frozen-lockfile', frozen],
    ['bun x y', runRemote('y')],
    ['bun --cwd dir x y', runRemote('y')],
    ['bunx y', runRemote('y')],
    ['bunx -p z y', runRemote('z')],
    ['bun create vite', runRemote('create-vite')],
    ['bun c @acme/app', runRemote('@acme/create-app')],
    ['bun update', update()],
    ['bun rm x', remove('x')],
    ['bun pm trust x', frozen],
    ['bun pm ls', other],
    ['bun run build', run],
    ['bun server.ts', run],
  ],
};

describe('the commands of package managers', () => {
  for (const [id, lines] of Object.entries(commandLines)) {
    it.each(lines)(`${id}: %s`, (line, action) => {
      const argv = line.split(' ');
      const client = clientsOf(argv[0] ?? '').find((candidate) => candidate.id === id);
      expect(client?.classify(argv).action).toEqual(action);
    });
  }

  it.each([
    ['npm --prefix packages/app ci', 'packages/app'],
    ['npm -Cpackages/app ci', 'packages/app'],
    ['pnpm -C packages/app i', 'packages/app'],
    ['yarn --cwd packages/app', 'packages/app'],
    ['bun --cwd=packages/app i', 'packages/app'],
    ['npm ci', undefined],
  ])('%s works in its folder', (line, folder) => {
    const argv = line.split(' ');
    expect(clientsOf(argv[0] ?? '')[0]?.classify(argv).folder).toBe(folder);
  });

  it.each([
    ['npm i --registry=https://registry.example x', ['--registry']],
    ['npm i --reg https://registry.example x', ['--registry']],
    ['npm i --@acme:registry=https://registry.example x', ['--@acme:registry']],
    ['npm i --https-proxy=http://proxy.example x', ['--https-proxy']],
    ['npm i --userconfig /tmp/npmrc', ['--userconfig']],
    ['pnpm i --config.registry=https://registry.example', ['--config.registry']],
    ['pnpm dlx --registry https://registry.example x', ['--registry']],
    ['pnpm i --store-dir /tmp/store', ['--store-dir']],
    ['yarn add x --registry https://registry.example', ['--registry']],
    ['bun add x --registry=https://registry.example', ['--registry']],
    ['bunx --registry https://registry.example x', ['--registry']],
    ['npm i x --save-exact', []],
  ])('%s would lead around a firewall', (line, detours) => {
    const argv = line.split(' ');
    expect(clientsOf(argv[0] ?? '')[0]?.classify(argv).detours).toEqual(detours);
  });

  it('tells the two yarns apart by what they say of themselves', () => {
    expect(clientWithVersion('yarn', '1.22.22')?.id).toBe('yarn-classic');
    expect(clientWithVersion('/usr/bin/yarn', '4.18.1')?.id).toBe('yarn-berry');
    expect(clientWithVersion('cat', '9.1')).toBeUndefined();
  });

  it('knows a program by its name on any system', () => {
    expect([String.raw`C:\node\npm.CMD`, '/usr/bin/npm', 'npm-cli.js', 'PNPM.exe'].map(programName)).toEqual([
      'npm',
      'npm',
      'npm-cli',
      'pnpm',
    ]);
  });
});
