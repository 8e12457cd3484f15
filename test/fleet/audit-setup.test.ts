import { describe, expect, it } from 'vitest';
import { type AuditSetup, refuseSecrets } from '../../src/fleet/audit-setup.ts';
import { milliseconds } from '../../src/model/units.ts';

const setup: AuditSetup = { now: milliseconds(0), isOffline: false, isDeep: false, deadline: 1 };

describe("the .npmrc that an audit's workers are told", () => {
  it.each([
    '//registry.example/:_authToken=npm_hunter2',
    '_auth = aHVudGVyMg==',
    '//registry.example/:_password="aHVudGVyMg=="',
    'key="-----BEGIN PRIVATE KEY-----"',
    'https-proxy=http://me:hunter2@proxy.example:8080/',
    '//registry.example/:_authToken=${NPM_TOKEN}hunter2',
  ])('is refused with %j in it, which is not repeated', (line) => {
    const refusal = (): void => refuseSecrets({ ...setup, npmrc: `registry=https://registry.example/\n${line}\n` });
    expect(refusal).toThrow(expect.objectContaining({ code: 'configuration-invalid', message: expect.stringContaining('line 2') }));
    expect(refusal).not.toThrow(/hunter2|aHVudGVyMg|PRIVATE/);
  });

  it.each([
    'registry=https://registry.example/',
    '//registry.example/:_authToken=${NPM_TOKEN}',
    '@acme:registry=https://registry.example:8443/acme/',
    '; //registry.example/:_authToken=an-example',
    'https-proxy=http://me:${PROXY_PASSWORD}@proxy.example:8080/',
    'always-auth=true',
    `${' '.repeat(50_000)}=`,
    '',
  ])('may hold %j', (line) => {
    expect(() => refuseSecrets({ ...setup, npmrc: line })).not.toThrow();
  });
});
