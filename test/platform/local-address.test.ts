import { expect, it } from 'vitest';
import { isLoopback, localPlaceOf, lookupElsewhere, mayRedirect } from '../../src/platform/local-address.ts';

const hostOf = (url: string): string => new URL(url).hostname;

it('knows this machine in every way of writing it', () => {
  for (const url of [
    'http://127.0.0.1/',
    'http://127.9.9.9/',
    'http://0x7f.1/',
    'http://2130706433/',
    'http://0/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://localhost/',
    'http://a.localhost./',
  ]) {
    expect(localPlaceOf(hostOf(url)), url).toBe('loopback');
  }
});

it('knows the link and the addresses at which clouds hand out credentials', () => {
  for (const url of [
    'http://169.254.169.254/',
    'http://[fe80::1]/',
    'http://[::ffff:169.254.0.1]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
    'http://metadata.google.internal/',
  ]) {
    expect(localPlaceOf(hostOf(url)), url).toBe('link');
  }
});

it('takes nothing else for local', () => {
  for (const url of [
    'http://registry.example/',
    'http://10.0.0.1/',
    'http://[2001:db8::1]/',
    'http://localhost.example/',
    'http://128.0.0.1/',
  ]) {
    expect(localPlaceOf(hostOf(url)), url).toBeUndefined();
  }
});

it('lets a registry on this machine send on to this machine, and nobody anywhere to the link', () => {
  expect(mayRedirect('127.0.0.1', 'localhost')).toBe(true);
  expect(mayRedirect('registry.example', 'cdn.example')).toBe(true);
  expect(mayRedirect('registry.example', '127.0.0.1')).toBe(false);
  expect(mayRedirect('127.0.0.1', '169.254.169.254')).toBe(false);
});

it('does not take an address on which everybody listens for this machine alone', () => {
  expect(['127.0.0.1', '::1', 'localhost'].map(isLoopback)).toEqual([true, true, true]);
  expect(['0.0.0.0', '::', '0', '192.0.2.1', 'registry.example'].map(isLoopback)).toEqual([false, false, false, false, false]);
});

it('does not find a public name that leads here', async () => {
  const found = await new Promise<unknown>((resolve) =>
    lookupElsewhere('localhost', { all: true }, (error, addresses) => resolve(error?.code ?? addresses)),
  );
  expect(found).toBe('ENOTFOUND');
});
