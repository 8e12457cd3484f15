import { describe, expect, it } from 'vitest';
import { clientEnvironment, outerEnvironment } from '../../src/exec/client-environment.ts';

describe('the environment of a client', () => {
  const own = {
    PATH: '/usr/bin',
    NPM_CONFIG_REGISTRY: 'https://registry.example/',
    'npm_config_https-proxy': 'http://proxy.example',
    https_proxy: 'http://proxy.example',
  };
  const set = {
    npm_config_registry: 'http://127.0.0.1:1/',
    npm_config_https_proxy: 'http://127.0.0.1:1',
    HTTPS_PROXY: 'http://127.0.0.1:1',
  };

  it('has no second spelling of what leads to the firewall', () => {
    const environment = clientEnvironment(own, set);
    const names = Object.keys(environment).filter((name) => /registry|proxy/i.test(name));
    expect(names.sort()).toEqual(['HTTPS_PROXY', 'npm_config_https_proxy', 'npm_config_registry']);
    expect(environment['PATH']).toBe('/usr/bin');
  });

  it('is undone for a lockgate that the client starts', () => {
    expect(outerEnvironment(clientEnvironment(own, set))).toEqual(own);
    expect(outerEnvironment(own)).toEqual(own);
    expect(outerEnvironment({ LOCKGATE_OUTER_VARIABLES: 'no json', A: '1' })).toEqual({ LOCKGATE_OUTER_VARIABLES: 'no json', A: '1' });
  });
});
