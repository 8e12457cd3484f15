import { expect, it } from 'vitest';
import { createAccess } from '../../src/firewall/access.ts';
import type { ServerRequest } from '../../src/platform/server.ts';

function request(headers: Readonly<Record<string, string>> = {}, client = '127.0.0.1'): ServerRequest {
  return {
    method: 'GET',
    target: '/left-pad',
    headers: new Map(Object.entries({ host: 'localhost:4873', ...headers })),
    client,
    readBody: () => Promise.resolve(undefined),
  };
}

const open = { token: undefined, hosts: undefined, requestsPerSecond: 10, now: () => 0 };

it('takes a token as bearer and as the password of any user', () => {
  const access = createAccess({ ...open, token: 's3cret:with:colons' });
  const basic = `Basic ${Buffer.from('ada:s3cret:with:colons').toString('base64')}`;
  expect(access(request({ authorization: 'Bearer s3cret:with:colons' }), false)).toBeUndefined();
  expect(access(request({ authorization: basic }), false)).toBeUndefined();
});

it('asks whoever has none, or a wrong one', () => {
  const access = createAccess({ ...open, token: 's3cret' });
  for (const authorization of [
    '',
    'Bearer',
    'Bearer s3cre',
    'Bearer s3cret2',
    'Basic s3cret',
    's3cret',
    `Basic ${Buffer.from('s3cret').toString('base64')}`,
  ]) {
    const answer = access(request(authorization === '' ? {} : { authorization }), false);
    expect(answer?.status, authorization).toBe(401);
    expect(answer?.headers['www-authenticate']).toContain('Bearer');
  }
  expect(access(request(), true)).toBeUndefined();
});

it('refuses a request that is addressed to another host: a page in a browser sends those', () => {
  const access = createAccess({ ...open, hosts: new Set(['localhost:4873']) });
  expect(access(request(), false)).toBeUndefined();
  expect(access(request({ host: 'rebound.example:4873' }), false)?.status).toBe(403);
  expect(access(request({ host: 'rebound.example:4873' }), true)?.status).toBe(403);
});

it('slows one address down without slowing another, and recovers with time', () => {
  let at = 0;
  const access = createAccess({ ...open, requestsPerSecond: 2, now: () => at });
  const answers = Array.from({ length: 45 }, () => access(request({}, '192.0.2.1'), false)?.status);
  expect(answers.filter((status) => status === undefined)).toHaveLength(40);
  expect(answers.at(-1)).toBe(429);
  expect(access(request({}, '192.0.2.2'), false)).toBeUndefined();
  at += 1_000;
  expect(access(request({}, '192.0.2.1'), false)).toBeUndefined();
});
