import { describe, expect, it } from 'vitest';
import { type Trial, judgeTrial, renderTrials } from '../../src/doctor/findings.ts';

const trial = (over: Partial<Trial>): Trial => ({
  client: 'npm 11.0.0',
  frontEnd: 'hook',
  canary: 'install script',
  expects: 'refused',
  exitCode: 1,
  hasRun: false,
  landed: 'no',
  took: 10,
  said: '',
  ...over,
});

describe('what a trial proves', () => {
  it.each([
    ['held', {}, 'no'],
    ['leaked', { hasRun: true }, 'project'],
    ['leaked', { exitCode: 0 }, 'project'],
    ['leaked', { landed: 'project' }, 'no'],
    ['leaked', { landed: 'cache' }, 'no'],
    ['leaked', { landed: 'project' }, 'cache'],
    ['as documented', { landed: 'cache' }, 'cache'],
    ['as documented', { landed: 'project' }, 'project'],
    ['refused', { expects: 'let-in', exitCode: 1, landed: 'project' }, 'no'],
    ['refused', { expects: 'let-in', exitCode: 0, landed: 'no' }, 'no'],
    ['held', { expects: 'let-in', exitCode: 0, landed: 'project' }, 'no'],
    ['control', { frontEnd: 'none', hasRun: true, exitCode: 0, landed: 'project' }, 'no'],
  ] as const)('%s: %j where files may land: %s', (verdict, over, promise) => expect(judgeTrial(trial(over), promise)).toBe(verdict));

  it('is shown in columns', () => {
    expect(renderTrials([{ ...trial({}), verdict: 'held' }])).toBe(
      [
        'client      gate  canary          code ran  landed  exit  verdict',
        'npm 11.0.0  hook  install script  no        no      1     held',
        '',
      ].join('\n'),
    );
  });
});
