import { describe, expect, it } from 'vitest';
import { type LeadOptions, ledToFirewall, withoutFirewall } from '../../src/exec/lockfile-addresses.ts';

const options: LeadOptions = {
  file: 'yarn.lock',
  origin: 'http://127.0.0.1:4873',
  defaults: ['https://mirror.example/npm/', 'https://registry.example/', 'https://alias.example/'],
  others: ['https://acme.example/'],
  registryFor: (name) => (name.startsWith('@acme/') ? 'https://acme.example/' : 'https://mirror.example/npm/'),
};

const classic = `left-pad@^1.0.0:
  version "1.3.0"
  resolved "https://alias.example/left-pad/-/left-pad-1.3.0.tgz#abc"
"@acme/lib@1":
  resolved "https://acme.example/@acme/lib/-/lib-1.0.0.tgz#def"
other@1:
  resolved "https://elsewhere.example/other/-/other-1.0.0.tgz#ghi"
`;

describe('addresses in lockfiles', () => {
  it('are led to the firewall where they belong to a configured registry, and come back byte for byte', () => {
    const led = ledToFirewall(classic, options);
    expect(led).toContain('"http://127.0.0.1:4873/left-pad/-/left-pad-1.3.0.tgz#abc"');
    expect(led).toContain('"http://127.0.0.1:4873/@acme/lib/-/lib-1.0.0.tgz#def"');
    expect(led).toContain('https://elsewhere.example/other/');
    expect(withoutFirewall(led, classic, options)).toBe(classic);
  });

  it('of a new entry are those of its own registry, under the host that the file uses', () => {
    const written = `${ledToFirewall(classic, options)}
right-pad@1:
  resolved "http://127.0.0.1:4873/right-pad/-/right-pad-1.0.0.tgz#jkl"
"@acme/new@1":
  resolved "http://127.0.0.1:4873/@acme%2fnew/-/new-1.0.0.tgz#mno"
`;
    const restored = withoutFirewall(written, classic, options);
    expect(restored).not.toContain('127.0.0.1');
    expect(restored).toContain('"https://alias.example/right-pad/-/right-pad-1.0.0.tgz#jkl"');
    expect(restored).toContain('"https://acme.example/@acme%2fnew/-/new-1.0.0.tgz#mno"');
  });

  it('of a first lockfile are those of the configured registry', () => {
    const written = 'left-pad@1:\n  resolved "http://127.0.0.1:4873/left-pad/-/left-pad-1.3.0.tgz#abc"\n';
    expect(withoutFirewall(written, undefined, options)).toContain('"https://mirror.example/npm/left-pad/-/left-pad-1.3.0.tgz#abc"');
  });

  it('are written as bun writes them: empty for its registry, and as they were where they had been written out', () => {
    const bun = { ...options, file: 'bun.lock' };
    const before = '"old": ["old@1.0.0", "https://registry.example/old/-/old-1.0.0.tgz", {}, "sha512-a"],\n';
    const led = ledToFirewall(before, bun);
    const written = `${led}"new": ["new@1.0.0", "http://127.0.0.1:4873/new/-/new-1.0.0.tgz", {}, "sha512-b"],\n`;
    expect(withoutFirewall(written, before, bun)).toBe(`${before}"new": ["new@1.0.0", "", {}, "sha512-b"],\n`);
  });

  it('inside yarn berry’s locators are led and restored in their encoded form', () => {
    const before = 'resolution: "lib@npm:1.0.0::__archiveUrl=https%3A%2F%2Fregistry.example%2Flib%2F-%2Flib-1.0.0.tgz"\n';
    const led = ledToFirewall(before, options);
    expect(led).toContain('__archiveUrl=http%3A%2F%2F127.0.0.1%3A4873%2Flib');
    expect(withoutFirewall(led, before, options)).toBe(before);
  });

  it('stay as they are in npm’s lockfile: npm asks its configured registry', () => {
    const text = '"resolved": "https://registry.example/left-pad/-/left-pad-1.3.0.tgz"';
    expect(ledToFirewall(text, { ...options, file: 'package-lock.json' })).toBe(text);
  });
});
