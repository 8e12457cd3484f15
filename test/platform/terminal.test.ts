import { describe, expect, it } from 'vitest';
import { describeTerminal } from '../../src/platform/terminal.ts';

const terminal = { isTTY: true, columns: 120 };

describe('a terminal', () => {
  it.each([
    ['a terminal has colour', { stream: terminal, variables: {} }, true],
    ['a pipe has none', { stream: {}, variables: {} }, false],
    ['a dumb terminal has none', { stream: terminal, variables: { TERM: 'dumb' } }, false],
    ['NO_COLOR takes it away', { stream: terminal, variables: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
    ['an empty NO_COLOR says nothing', { stream: terminal, variables: { NO_COLOR: '' } }, true],
    ['FORCE_COLOR gives it to a pipe', { stream: {}, variables: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=0 takes it away', { stream: terminal, variables: { FORCE_COLOR: '0' } }, false],
    ['the flag wins over the environment', { stream: terminal, variables: { NO_COLOR: '1' }, colour: true }, true],
    ['the flag takes it away', { stream: terminal, variables: { FORCE_COLOR: '1' }, colour: false }, false],
  ] as const)('%s', (_, input, hasColour) => {
    expect(describeTerminal(input).hasColour).toBe(hasColour);
  });

  it('is 80 columns wide where nobody knows better', () => {
    expect(describeTerminal({ stream: terminal, variables: {} }).width).toBe(120);
    expect(describeTerminal({ stream: {}, variables: { COLUMNS: '100' } }).width).toBe(100);
    expect(describeTerminal({ stream: {}, variables: { COLUMNS: 'wide' } }).width).toBe(80);
    expect(describeTerminal({ stream: { columns: 0 }, variables: {} }).width).toBe(80);
  });
});
